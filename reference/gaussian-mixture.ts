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
  { round, exp, log }: Arithmetic,
  { n, d, k }: Shape<MixtureShape>,
  x: ArrayLike<number>,
  { weights, means }: Pick<Mixture, "weights" | "means">,
  precisionCholesky: ArrayLike<number>,
): Expectations {
  const constants = new Float64Array(k);
  const projectedMeans = new Float64Array(k * d);
  const logNorm = round(-0.5 * d * round(LOG_TWO_PI));
  for (let component = 0; component < k; component++) {
    let constant = round(log(weights[component]!) + logNorm);
    for (let column = 0; column < d; column++) {
      constant = round(constant + log(precisionCholesky[(component * d + column) * d + column]!));
      let projected = 0;
      for (let row = 0; row <= column; row++) {
        const product = round(means[component * d + row]! * precisionCholesky[(component * d + row) * d + column]!);
        projected = round(projected + product);
      }
      projectedMeans[component * d + column] = projected;
    }
    constants[component] = constant;
  }

  const responsibilities = new Float64Array(n * k);
  const logLikelihood = new Float64Array(n);
  for (let point = 0; point < n; point++) {
    let maximum = Number.NEGATIVE_INFINITY;
    for (let component = 0; component < k; component++) {
      let square = 0;
      for (let column = 0; column < d; column++) {
        let projected = 0;
        for (let row = 0; row <= column; row++) {
          const product = round(x[point * d + row]! * precisionCholesky[(component * d + row) * d + column]!);
          projected = round(projected + product);
        }
        const apart = round(projected - projectedMeans[component * d + column]!);
        square = round(square + round(apart * apart));
      }
      const logDensity = round(constants[component]! - 0.5 * square);
      responsibilities[point * k + component] = logDensity;
      maximum = Math.max(maximum, logDensity);
    }
    let sum = 0;
    for (let component = 0; component < k; component++) {
      sum = round(sum + exp(round(responsibilities[point * k + component]! - maximum)));
    }
    const logSumExp = round(maximum + log(sum));
    for (let component = 0; component < k; component++) {
      responsibilities[point * k + component] = exp(round(responsibilities[point * k + component]! - logSumExp));
    }
    logLikelihood[point] = logSumExp;
  }
  return { responsibilities, logLikelihood };
}

/** The M-step: scikit-learn's full-covariance update, in two passes over the points. */
export function maximization(
  { round, divide }: Arithmetic,
  { n, d, k }: Shape<MixtureShape>,
  x: ArrayLike<number>,
  responsibilities: ArrayLike<number>,
  regCovar: number,
): Mixture {
  const weights = new Float64Array(k);
  const means = new Float64Array(k * d);
  const covariances = new Float64Array(k * d * d);
  const apart = new Float64Array(d);
  for (let component = 0; component < k; component++) {
    const mean = means.subarray(component * d, (component + 1) * d);
    let total = 0;
    for (let point = 0; point < n; point++) {
      const share = responsibilities[point * k + component]!;
      total = round(total + share);
      for (let i = 0; i < d; i++) mean[i] = round(mean[i]! + round(share * x[point * d + i]!));
    }
    total = round(total + COMPONENT_FLOOR);
    weights[component] = divide(total, n);
    for (let i = 0; i < d; i++) mean[i] = divide(mean[i]!, total);

    const covariance = covariances.subarray(component * d * d, (component + 1) * d * d);
    for (let point = 0; point < n; point++) {
      const share = responsibilities[point * k + component]!;
      for (let i = 0; i < d; i++) {
        apart[i] = round(x[point * d + i]! - mean[i]!);
        const weighted = round(share * apart[i]!);
        for (let j = 0; j <= i; j++) {
          covariance[i * d + j] = round(covariance[i * d + j]! + round(weighted * apart[j]!));
        }
      }
    }
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < i; j++) {
        covariance[i * d + j] = divide(covariance[i * d + j]!, total);
        covariance[j * d + i] = covariance[i * d + j]!;
      }
      covariance[i * d + i] = round(divide(covariance[i * d + i]!, total) + regCovar);
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
  const { round, divide } = arithmetic;
  const sum = expect(mixture).logLikelihood.reduce((total, value) => round(total + value), 0);
  return { ...mixture, meanLogLikelihood: divide(sum, shape.n) };
}
