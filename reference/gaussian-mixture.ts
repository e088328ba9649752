import { choleskyFactor, invertedTranspose } from "./cholesky.ts";
import type { Arithmetic } from "./monte-carlo-arithmetic.ts";
import type { Shape } from "./oracle.ts";

/** `n` points of `d` dimensions, `k` components. */
export type MixtureShape = "n" | "d" | "k";

/** What scikit-learn adds to the sum of a component's responsibilities, so that an empty one divides by no zero. */
export const COMPONENT_FLOOR = 10 * Number.EPSILON;

export const LOG_TWO_PI = Math.log(2 * Math.PI);

/** A mixture with full covariances, or what is known of one. */
export interface Mixture {
  /** `[k]` */
  readonly weights: ArrayLike<number>;
  /** `[k, d]` */
  readonly means: ArrayLike<number>;
  /** `[k, d, d]` */
  readonly covariances: ArrayLike<number>;
}

export interface Expectations {
  /** `[n, k]` */
  readonly responsibilities: Float64Array;
  /** `[n]` */
  readonly logLikelihood: Float64Array;
}

/**
 * The E-step: log-densities through `|x·P - μ·P|²`, which loses more digits than `|(x-μ)·P|²` and is allowed, then
 * `responsibilities = exp(log-density - logsumexp)`.
 */
export function expectation(
  arithmetic: Arithmetic,
  { n, d, k }: Shape<MixtureShape>,
  x: ArrayLike<number>,
  { weights, means }: Pick<Mixture, "weights" | "means">,
  precisionCholesky: ArrayLike<number>,
): Expectations {
  const constants = new Float64Array(k);
  const projectedMeans = new Float64Array(k * d);
  const logNorm = arithmetic.round(-0.5 * d * arithmetic.round(LOG_TWO_PI));
  for (let component = 0; component < k; component++) {
    let constant = arithmetic.round(arithmetic.log(weights[component]!) + logNorm);
    for (let column = 0; column < d; column++) {
      constant = arithmetic.round(constant + arithmetic.log(precisionCholesky[(component * d + column) * d + column]!));
      let projected = 0;
      for (let row = 0; row <= column; row++) {
        const product = arithmetic.round(
          means[component * d + row]! * precisionCholesky[(component * d + row) * d + column]!,
        );
        projected = arithmetic.round(projected + product);
      }
      projectedMeans[component * d + column] = projected;
    }
    constants[component] = constant;
  }

  const coordinates = columnsOf(x, n, d);
  const logDensities = Array.from({ length: k }, (_, component) => {
    const square = new Float64Array(n);
    const projected = new Float64Array(n);
    const product = new Float64Array(n);
    for (let column = 0; column < d; column++) {
      for (let row = 0; row <= column; row++) {
        const factor = precisionCholesky[(component * d + row) * d + column]!;
        const coordinate = coordinates[row]!;
        for (let point = 0; point < n; point++) product[point] = coordinate[point]! * factor;
        arithmetic.roundAll(product);
        if (row === 0) projected.set(product);
        else addAll(arithmetic, projected, product);
      }
      const projectedMean = projectedMeans[component * d + column]!;
      for (let point = 0; point < n; point++) projected[point] = projected[point]! - projectedMean;
      arithmetic.roundAll(projected);
      for (let point = 0; point < n; point++) product[point] = projected[point]! * projected[point]!;
      arithmetic.roundAll(product);
      if (column === 0) square.set(product);
      else addAll(arithmetic, square, product);
    }
    for (let point = 0; point < n; point++) square[point] = constants[component]! - 0.5 * square[point]!;
    arithmetic.roundAll(square);
    return square;
  });

  const maximum = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  for (const logDensity of logDensities) {
    for (let point = 0; point < n; point++) maximum[point] = Math.max(maximum[point]!, logDensity[point]!);
  }
  const sum = new Float64Array(n);
  for (const logDensity of logDensities) addAll(arithmetic, sum, exponentials(arithmetic, logDensity, maximum));
  arithmetic.logAll(sum);
  addAll(arithmetic, sum, maximum);

  const responsibilities = new Float64Array(n * k);
  for (const [component, logDensity] of logDensities.entries()) {
    const shares = exponentials(arithmetic, logDensity, sum);
    for (let point = 0; point < n; point++) responsibilities[point * k + component] = shares[point]!;
  }
  return { responsibilities, logLikelihood: sum };
}

/** `exp(values - subtrahends)` */
function exponentials(arithmetic: Arithmetic, values: Float64Array, subtrahends: Float64Array): Float64Array {
  const result = new Float64Array(values.length);
  for (let at = 0; at < result.length; at++) result[at] = values[at]! - subtrahends[at]!;
  arithmetic.roundAll(result);
  arithmetic.expAll(result);
  return result;
}

function addAll(arithmetic: Arithmetic, sums: Float64Array, summands: Float64Array): void {
  for (let at = 0; at < sums.length; at++) sums[at] = sums[at]! + summands[at]!;
  arithmetic.roundAll(sums);
}

/** The columns of a matrix of `rows` rows. */
function columnsOf(matrix: ArrayLike<number>, rows: number, columns: number): Float64Array[] {
  return Array.from({ length: columns }, (_, column) => {
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row++) values[row] = matrix[row * columns + column]!;
    return values;
  });
}

/** The M-step: scikit-learn's full-covariance update, in two passes over the points. */
export function maximization(
  arithmetic: Arithmetic,
  { n, d, k }: Shape<MixtureShape>,
  x: ArrayLike<number>,
  responsibilities: ArrayLike<number>,
  regCovar: number,
): Mixture {
  const weights = new Float64Array(k);
  const means = new Float64Array(k * d);
  const covariances = new Float64Array(k * d * d);
  const coordinates = columnsOf(x, n, d);
  const product = new Float64Array(n);
  const sumOfProducts = (a: Float64Array, b: Float64Array) => {
    for (let point = 0; point < n; point++) product[point] = a[point]! * b[point]!;
    arithmetic.roundAll(product);
    return arithmetic.sum(product);
  };
  for (const [component, shares] of columnsOf(responsibilities, n, k).entries()) {
    const total = arithmetic.round(arithmetic.sum(shares) + COMPONENT_FLOOR);
    weights[component] = arithmetic.divide(total, n);

    const covariance = covariances.subarray(component * d * d, (component + 1) * d * d);
    const deviations: Float64Array[] = [];
    for (const [i, coordinate] of coordinates.entries()) {
      const mean = arithmetic.divide(sumOfProducts(shares, coordinate), total);
      means[component * d + i] = mean;
      const deviation = coordinate.map((value) => value - mean);
      arithmetic.roundAll(deviation);
      deviations.push(deviation);
      const weighted = deviation.map((value, point) => value * shares[point]!);
      arithmetic.roundAll(weighted);
      for (let j = 0; j <= i; j++) covariance[i * d + j] = sumOfProducts(weighted, deviations[j]!);
    }
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < i; j++) {
        covariance[i * d + j] = arithmetic.divide(covariance[i * d + j]!, total);
        covariance[j * d + i] = covariance[i * d + j]!;
      }
      covariance[i * d + i] = arithmetic.round(arithmetic.divide(covariance[i * d + i]!, total) + regCovar);
    }
  }
  return { weights, means, covariances };
}

/** The precision Cholesky factors of `k` covariances, `[k, d, d]`. */
export function precisionCholesky(
  arithmetic: Arithmetic,
  { d, k }: Pick<Shape<MixtureShape>, "d" | "k">,
  covariances: ArrayLike<number>,
): Float64Array {
  const factors = new Float64Array(k * d * d);
  for (let component = 0; component < k; component++) {
    const lower = choleskyFactor(arithmetic, covariances, component * d * d, d);
    factors.set(invertedTranspose(arithmetic, lower, d), component * d * d);
  }
  return factors;
}

/** `iterations` rounds of E and M from the mixture given, and the mean log-likelihood under the last mixture. */
export function fitMixture(
  arithmetic: Arithmetic,
  shape: Shape<MixtureShape>,
  x: ArrayLike<number>,
  initial: Mixture,
  { regCovar, iterations }: { readonly regCovar: number; readonly iterations: number },
): Mixture & { readonly meanLogLikelihood: number } {
  const expect = (mixture: Mixture) =>
    expectation(arithmetic, shape, x, mixture, precisionCholesky(arithmetic, shape, mixture.covariances));
  let mixture = initial;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const { responsibilities } = expect(mixture);
    mixture = maximization(arithmetic, shape, x, responsibilities, regCovar);
  }
  const sum = arithmetic.sum(expect(mixture).logLikelihood);
  return { ...mixture, meanLogLikelihood: arithmetic.divide(sum, shape.n) };
}
