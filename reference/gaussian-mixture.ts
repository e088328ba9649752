import { choleskyFactor, invertedTranspose } from "./cholesky.ts";
import type { Arithmetic } from "./monte-carlo-arithmetic.ts";
import type { Shape } from "./oracle.ts";

/** `n` points of `d` dimensions, `k` components. */
export type MixtureShape = "n" | "d" | "k";

/** scikit-learn adds this to the sum of a component's responsibilities, to avoid division by zero. */
export const COMPONENT_FLOOR = 10 * Number.EPSILON;

export const LOG_TWO_PI = Math.log(2 * Math.PI);

/** A mixture with full covariances, or an estimate of one. */
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

/** Points per block: few enough for their data to stay in the processor's caches. */
const BLOCK = 1024;

/**
 * The E-step: log-densities by `|x·P - μ·P|²`, which loses more digits than `|(x-μ)·P|²` but is allowed, then
 * `responsibilities = exp(log-density - logsumexp)`.
 */
export function expectation(
  arithmetic: Arithmetic,
  shape: Shape<MixtureShape>,
  x: ArrayLike<number>,
  mixture: Pick<Mixture, "weights" | "means">,
  precisionCholesky: ArrayLike<number>,
): Expectations {
  const { n, k } = shape;
  const responsibilities = new Float64Array(n * k);
  const logLikelihood = new Float64Array(n);
  const difference = new Float64Array(Math.min(n, BLOCK));
  visitLikelihoods(arithmetic, shape, x, mixture, precisionCholesky, (from, logDensities, likelihoods) => {
    logLikelihood.set(likelihoods, from);
    const shares = difference.subarray(0, likelihoods.length);
    for (const [component, logDensity] of logDensities.entries()) {
      exponentials(arithmetic, logDensity, likelihoods, shares);
      for (let point = 0; point < shares.length; point++) {
        responsibilities[(from + point) * k + component] = shares[point]!;
      }
    }
  });
  return { responsibilities, logLikelihood };
}

/** The mean over the points of the logarithm of their densities under the mixture. */
function meanLogLikelihood(
  arithmetic: Arithmetic,
  shape: Shape<MixtureShape>,
  x: ArrayLike<number>,
  mixture: Pick<Mixture, "weights" | "means">,
  precisionCholesky: ArrayLike<number>,
): number {
  let sum = 0;
  visitLikelihoods(arithmetic, shape, x, mixture, precisionCholesky, (_from, _logDensities, likelihoods) => {
    sum = arithmetic.sum(likelihoods, sum);
  });
  return arithmetic.divide(sum, shape.n);
}

/** Receives a block's first point, its points' log-densities under each component, and their log-likelihoods. */
type VisitLikelihoods = (from: number, logDensities: readonly Float64Array[], likelihoods: Float64Array) => void;

function visitLikelihoods(
  arithmetic: Arithmetic,
  shape: Shape<MixtureShape>,
  x: ArrayLike<number>,
  mixture: Pick<Mixture, "weights" | "means">,
  precisionCholesky: ArrayLike<number>,
  visit: VisitLikelihoods,
): void {
  const { d, k } = shape;
  const { constants, projectedMeans } = projections(arithmetic, shape, mixture, precisionCholesky);
  visitBlocks(shape, x, 3 + k, (from, coordinates, [product, projected, sum, ...logDensities]) => {
    const { length } = product!;
    for (const [component, square] of logDensities.entries()) {
      for (let column = 0; column < d; column++) {
        for (let row = 0; row <= column; row++) {
          const factor = precisionCholesky[(component * d + row) * d + column]!;
          const terms = row === 0 ? projected! : product!;
          const coordinate = coordinates[row]!;
          for (let point = 0; point < length; point++) terms[point] = coordinate[point]! * factor;
          arithmetic.roundAll(terms);
          if (row > 0) addAll(arithmetic, projected!, terms);
        }
        const projectedMean = projectedMeans[component * d + column]!;
        for (let point = 0; point < length; point++) projected![point] = projected![point]! - projectedMean;
        arithmetic.roundAll(projected!);
        const squares = column === 0 ? square : product!;
        for (let point = 0; point < length; point++) squares[point] = projected![point]! * projected![point]!;
        arithmetic.roundAll(squares);
        if (column > 0) addAll(arithmetic, square, squares);
      }
      const constant = constants[component]!;
      for (let point = 0; point < length; point++) square[point] = constant - 0.5 * square[point]!;
      arithmetic.roundAll(square);
    }

    const maximum = projected!.fill(Number.NEGATIVE_INFINITY);
    for (const logDensity of logDensities) {
      for (let point = 0; point < length; point++) maximum[point] = Math.max(maximum[point]!, logDensity[point]!);
    }
    sum!.fill(0);
    for (const logDensity of logDensities) {
      exponentials(arithmetic, logDensity, maximum, product!);
      addAll(arithmetic, sum!, product!);
    }
    arithmetic.logAll(sum!);
    addAll(arithmetic, sum!, maximum);
    visit(from, logDensities, sum!);
  });
}

/** The E-step's constants of each component: `log w + log |P| - d/2 log 2π`, and `μ·P`. */
function projections(
  arithmetic: Arithmetic,
  { d, k }: Shape<MixtureShape>,
  { weights, means }: Pick<Mixture, "weights" | "means">,
  precisionCholesky: ArrayLike<number>,
): { readonly constants: Float64Array; readonly projectedMeans: Float64Array } {
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
  return { constants, projectedMeans };
}

/** Receives a block's first point, its points' coordinates, and work arrays of the block's length. */
type VisitBlock = (from: number, coordinates: readonly Float64Array[], scratch: Float64Array[]) => void;

function visitBlocks(
  { n, d }: Pick<Shape<MixtureShape>, "n" | "d">,
  x: ArrayLike<number>,
  scratchCount: number,
  visit: VisitBlock,
): void {
  let arrays = Array.from({ length: d + scratchCount }, () => new Float64Array(Math.min(n, BLOCK)));
  for (let from = 0; from < n; from += BLOCK) {
    const length = Math.min(BLOCK, n - from);
    if (length < arrays[0]!.length) arrays = arrays.map((array) => array.subarray(0, length));
    const coordinates = arrays.slice(0, d);
    for (const [column, coordinate] of coordinates.entries()) {
      for (let point = 0; point < length; point++) coordinate[point] = x[(from + point) * d + column]!;
    }
    visit(from, coordinates, arrays.slice(d));
  }
}

/** Writes `exp(values - subtrahends)`. */
function exponentials(
  arithmetic: Arithmetic,
  values: Float64Array,
  subtrahends: Float64Array,
  into: Float64Array,
): void {
  for (let at = 0; at < into.length; at++) into[at] = values[at]! - subtrahends[at]!;
  arithmetic.roundAll(into);
  arithmetic.expAll(into);
}

function addAll(arithmetic: Arithmetic, sums: Float64Array, summands: Float64Array): void {
  for (let at = 0; at < sums.length; at++) sums[at] = sums[at]! + summands[at]!;
  arithmetic.roundAll(sums);
}

/** The M-step: scikit-learn's full-covariance update, in two passes over the points. */
export function maximization(
  arithmetic: Arithmetic,
  shape: Shape<MixtureShape>,
  x: ArrayLike<number>,
  responsibilities: ArrayLike<number>,
  regCovar: number,
): Mixture {
  const { n, d, k } = shape;
  const weights = new Float64Array(k);
  const means = new Float64Array(k * d);
  const covariances = new Float64Array(k * d * d);
  for (let component = 0; component < k; component++) {
    const readShares = (from: number, shares: Float64Array) => {
      for (let point = 0; point < shares.length; point++) {
        shares[point] = responsibilities[(from + point) * k + component]!;
      }
    };
    let total = 0;
    const mean = means.subarray(component * d, (component + 1) * d);
    visitBlocks(shape, x, 2, (from, coordinates, [shares, product]) => {
      readShares(from, shares!);
      total = arithmetic.sum(shares!, total);
      for (const [i, coordinate] of coordinates.entries()) {
        mean[i] = sumOfProducts(arithmetic, shares!, coordinate, product!, mean[i]!);
      }
    });
    total = arithmetic.round(total + COMPONENT_FLOOR);
    weights[component] = arithmetic.divide(total, n);
    for (let i = 0; i < d; i++) mean[i] = arithmetic.divide(mean[i]!, total);

    const covariance = covariances.subarray(component * d * d, (component + 1) * d * d);
    visitBlocks(shape, x, 3, (from, deviations, [shares, product, weighted]) => {
      readShares(from, shares!);
      for (const [i, deviation] of deviations.entries()) {
        for (let point = 0; point < deviation.length; point++) deviation[point] = deviation[point]! - mean[i]!;
        arithmetic.roundAll(deviation);
        for (let point = 0; point < deviation.length; point++) weighted![point] = deviation[point]! * shares![point]!;
        arithmetic.roundAll(weighted!);
        for (let j = 0; j <= i; j++) {
          covariance[i * d + j] = sumOfProducts(
            arithmetic,
            weighted!,
            deviations[j]!,
            product!,
            covariance[i * d + j]!,
          );
        }
      }
    });
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

/** Adds the products of two vectors' elements to a sum, one after the other. */
function sumOfProducts(
  arithmetic: Arithmetic,
  a: Float64Array,
  b: Float64Array,
  product: Float64Array,
  start: number,
): number {
  for (let at = 0; at < product.length; at++) product[at] = a[at]! * b[at]!;
  arithmetic.roundAll(product);
  return arithmetic.sum(product, start);
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

/** `iterations` rounds of E and M from the given mixture, and the mean log-likelihood under the last mixture. */
export function fitMixture(
  arithmetic: Arithmetic,
  shape: Shape<MixtureShape>,
  x: ArrayLike<number>,
  initial: Mixture,
  { regCovar, iterations }: { readonly regCovar: number; readonly iterations: number },
): Mixture & { readonly meanLogLikelihood: number } {
  const factorsOf = ({ covariances }: Mixture) => precisionCholesky(arithmetic, shape, covariances);
  let mixture = initial;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const { responsibilities } = expectation(arithmetic, shape, x, mixture, factorsOf(mixture));
    mixture = maximization(arithmetic, shape, x, responsibilities, regCovar);
  }
  const likelihood = meanLogLikelihood(arithmetic, shape, x, mixture, factorsOf(mixture));
  return { ...mixture, meanLogLikelihood: likelihood };
}
