import { COMPONENT_FLOOR, LOG_TWO_PI, type MixtureShape } from "./gaussian-mixture.ts";
import type { EvaluateUnit, Oracle, Problem } from "./oracle.ts";
import { DIVISION, gamma, logError, MIN_NORMAL, SQRT, ULP } from "./rounding.ts";
import { shiftedExpError } from "./softmax.ts";

/** Below this, e^x is less than the smallest normal f32: a kernel may give zero or anything up to that. */
const UNDERFLOW = -88;

/**
 * Roundings that a term of logsumexp may go through for every other component: an online logsumexp multiplies its sum
 * by `exp(old maximum - new maximum)`, within 3 ULP even at 0 (the part that grows with the argument telescopes), then
 * adds.
 */
const ROUNDINGS_PER_COMPONENT = 5;

/** `log(w) + Σ log P_ii` of one component, the sum of their magnitudes, and the errors of the logarithms in f32. */
interface LogScale {
  readonly value: number;
  readonly magnitude: number;
  readonly error: number;
}

/**
 * The logarithms may be taken one by one, or once of the product of the diagonal, which then has `d` roundings.
 */
function logScale(d: number, weight: number, precisionCholesky: ArrayLike<number>, at: number): LogScale {
  let value = Math.log(weight);
  let magnitude = Math.abs(value);
  let error = logError(weight);
  let ofProduct = 0;
  for (let i = 0; i < d; i++) {
    const diagonal = precisionCholesky[at + i * d + i]!;
    const logarithm = Math.log(diagonal);
    value += logarithm;
    ofProduct += logarithm;
    magnitude += Math.abs(logarithm);
    error += logError(diagonal);
  }
  return { value, magnitude, error: error + logError(Math.exp(ofProduct)) + gamma(d) };
}

/** The log-density of one point, weighted, under one component, and its absolute error in f32. */
interface LogDensity {
  value: number;
  error: number;
}

/**
 * `y = (x-μ)·P`, or `x·P - μ·P`, column by column: in the second form, in any order, each product takes part
 * in at most 2m roundings for the m rows of the triangle above the column (Higham, eq. 3.5), so `y_j` is off by
 * `e_j ≤ γ_2m·Σ (|x_i| + |μ_i|)·|P_ij|`, and `y_j²` by `2·|y_j|·e_j + e_j²`. (The first form needs m + 1 ≤ 2m roundings
 * of smaller numbers.)
 *
 * Then `log w + Σ log P_ii - ½·Σ y² - ½·d·log 2π`: at most 3d + 1 terms in one chain (the constant may be added in `d`
 * parts), the square's own rounding, that of the constant, and two more if everything is multiplied by log₂e for
 * `exp2`. The contribution of flushed denormals to a sum that contains `½·log 2π` is far below its roundings.
 */
function logDensity(
  { d }: { readonly d: number },
  x: ArrayLike<number>,
  xAt: number,
  means: ArrayLike<number>,
  meanAt: number,
  precisionCholesky: ArrayLike<number>,
  precisionAt: number,
  scale: LogScale,
  into: LogDensity,
): void {
  let square = 0;
  let squareError = 0;
  for (let column = 0; column < d; column++) {
    let y = 0;
    let magnitude = 0;
    for (let row = 0; row <= column; row++) {
      const p = precisionCholesky[precisionAt + row * d + column]!;
      const value = x[xAt + row]!;
      const mean = means[meanAt + row]!;
      y += (value - mean) * p;
      magnitude += (Math.abs(value) + Math.abs(mean)) * Math.abs(p);
    }
    const error = gamma(2 * (column + 1)) * magnitude;
    square += y * y;
    squareError += (2 * Math.abs(y) + error) * error;
  }
  const constant = 0.5 * d * LOG_TWO_PI;
  into.value = scale.value - 0.5 * square - constant;
  into.error =
    scale.error +
    0.5 * squareError +
    0.5 * d * logError(2 * Math.PI) +
    gamma(3 * d + 5) * (scale.magnitude + scale.error + constant + 0.5 * (square + squareError));
}

/**
 * E-step of a Gaussian mixture with full covariances, given scikit-learn's upper-triangular precision Cholesky factors
 * `P`: `log N = -½·(d·log 2π + |(x-μ)·P|²) + Σ log P_ii`, `log_likelihood = logsumexp_k(log w_k + log N_k)`, and
 * `responsibilities` its softmax. One unit is a point.
 *
 * A log-density that is off by `e` scales its exponential by e^±e. Added to this are the roundings of the shifted
 * exponential and of an online or two-pass sum, as in softmax; a kernel may compute a density twice, so errors of a
 * responsibility's numerator and denominator need not cancel.
 */
export const gmmEStep: Oracle<MixtureShape, never> = {
  units: ({ n }) => n,
  prepare({ shape, inputs }: Problem<MixtureShape, never>): EvaluateUnit {
    const { d, k } = shape;
    const x = inputs.x!;
    const weights = inputs.weights!;
    const means = inputs.means!;
    const factors = inputs.precision_cholesky!;
    const scales = Array.from(weights, (weight, component) => logScale(d, weight, factors, component * d * d));
    const densities: LogDensity[] = scales.map(() => ({ value: 0, error: 0 }));
    return (point, into, slot) => {
      let maximum = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < k; c++) {
        logDensity(shape, x, point * d, means, c * d, factors, c * d * d, scales[c]!, densities[c]!);
        maximum = Math.max(maximum, densities[c]!.value);
      }
      let sum = 0;
      let sumError = 0;
      for (const { value, error } of densities) {
        const term = Math.exp(value - maximum);
        const relative = error + shiftedExpError(value, maximum) + rescaling(k, value, maximum, error);
        sum += term;
        sumError += lostOr(value - maximum, relative, term);
      }
      const logSumExp = maximum + Math.log(sum);
      // The logarithm's own error; the addition's, and those of a conversion from base two.
      const logSumExpError =
        sumError / sum + logError(sum) + (Math.abs(maximum) + 3 * Math.abs(logSumExp) + Math.log(sum)) * ULP;
      into.log_likelihood!.expected[slot] = logSumExp;
      into.log_likelihood!.bound[slot] = logSumExpError;

      const { expected, bound } = into.responsibilities!;
      densities.forEach(({ value, error }, c) => {
        const share = Math.exp(value - logSumExp);
        const asExponential = shiftedExpError(value, logSumExp) + logSumExpError;
        const asQuotient =
          shiftedExpError(value, maximum) + rescaling(k, value, maximum, error) + sumError / sum + DIVISION + ULP;
        const relative = error + Math.max(asExponential, asQuotient);
        expected[slot * k + c] = share;
        bound[slot * k + c] = lostOr(value - logSumExp, relative, share);
      });
    };
  },
};

/**
 * Contribution of an online logsumexp to a term's relative error: its roundings for every other component, and an ULP
 * of the running maximum, which is between the term's own exponent and the last maximum, whenever one product of
 * `exp2(old·log₂e - new·log₂e)` is fused and the other is not.
 */
function rescaling(k: number, value: number, maximum: number, error: number): number {
  const largest = Math.max(Math.abs(value), Math.abs(maximum)) + error;
  return gamma(ROUNDINGS_PER_COMPONENT * (k - 1)) + (k - 1) * largest * ULP;
}

/** Absolute error of `power` = e^exponent, off by a factor of at most e^±relative, if it may underflow an f32. */
function lostOr(exponent: number, relative: number, power: number): number {
  return (exponent + relative < UNDERFLOW ? 0 : power * Math.expm1(relative)) + MIN_NORMAL;
}

/**
 * Absolute error of a quotient of two sums in f32: with a numerator off by `numeratorError`, and a denominator off by
 * the factor 1 ± `relative`; as a division, or a product with the reciprocal.
 */
function quotientError(numerator: number, numeratorError: number, denominator: number, relative: number): number {
  const inherited = (numeratorError + Math.abs(numerator) * relative) / (denominator * (1 - relative));
  return inherited + (Math.abs(numerator) / denominator + inherited) * (DIVISION + ULP) + MIN_NORMAL;
}

/** Roundings of a responsibility besides those of the sums, if it is divided by its sum before use. */
const ROUNDINGS_PER_SHARE = DIVISION / ULP + 1;

/**
 * Roundings of a weighted product besides those of the sum: two differences from the mean, and the product with the
 * responsibility (maybe divided by its sum) or twice with its square root; and the product itself.
 */
const ROUNDINGS_PER_PRODUCT = 2 + 2 * (SQRT / ULP + 1) + 1;

/**
 * M-step of a Gaussian mixture: `N_k = Σ_n r + 10·ε64`, `weights = N_k/n`, weighted means, and weighted covariances
 * around them with `reg_covar` added to the diagonal. One unit is a component.
 *
 * Sums of `n` terms, in any order, take part in at most `n` roundings each, the product's or the `10·ε64`'s included
 * (Higham, eq. 3.5 and 4.4). The covariance is that of the two-pass algorithm: around a mean that is off by `e`, the sum
 * of weighted products changes by `N_k·e_i·e_j` only, since deviations from the true mean add up to zero (Chan,
 * Golub and LeVeque, "Algorithms for computing the sample variance", 1983, §2).
 * One-pass algorithms have a first-order error from the mean and are not covered, not even the one with running means
 * (West, "Updating mean and variance estimates", 1979); the task's statement asks for two passes.
 */
export const gmmMStep: Oracle<MixtureShape, "reg_covar"> = {
  units: ({ k }) => k,
  prepare({ shape: { n, d, k }, params: { reg_covar }, inputs }: Problem<MixtureShape, "reg_covar">): EvaluateUnit {
    const x = inputs.x!;
    const responsibilities = inputs.responsibilities!;
    const largest = Float32Array.from(x).reduce((maximum, value) => Math.max(maximum, Math.abs(value)), 0);
    const sumRounding = gamma(n + ROUNDINGS_PER_SHARE);
    const productRounding = gamma(n + ROUNDINGS_PER_PRODUCT);
    /** Error from flushed denormals in a sum of shares, of weighted values, of weighted products. */
    const flushed = [0, 1, 2].map((power) => n * (1 + 2 * largest) ** power * MIN_NORMAL);
    return (component, into, slot) => {
      const weights = into.weights!;
      const means = into.means!;
      const covariances = into.covariances!;
      const mean = new Float64Array(d);
      const meanError = new Float64Array(d);
      /** Σ r·|x - mean| */
      const spread = new Float64Array(d);
      const apart = new Float64Array(d);
      const products = new Float64Array(d * d);
      /** Σ r·|x_i - mean_i|·|x_j - mean_j| */
      const magnitudes = new Float64Array(d * d);

      let total = COMPONENT_FLOOR;
      for (let point = 0; point < n; point++) {
        const share = responsibilities[point * k + component]!;
        total += share;
        for (let i = 0; i < d; i++) {
          mean[i]! += share * x[point * d + i]!;
          spread[i]! += share * Math.abs(x[point * d + i]!);
        }
      }
      const totalError = sumRounding + flushed[0]! / total;
      weights.expected[slot] = total / n;
      weights.bound[slot] = quotientError(total, total * totalError, n, 0);
      for (let i = 0; i < d; i++) {
        meanError[i] = quotientError(mean[i]!, sumRounding * spread[i]! + flushed[1]!, total, totalError);
        mean[i]! /= total;
        means.expected[slot * d + i] = mean[i]!;
        means.bound[slot * d + i] = meanError[i]!;
      }

      spread.fill(0);
      for (let point = 0; point < n; point++) {
        const share = responsibilities[point * k + component]!;
        if (share === 0) continue;
        for (let i = 0; i < d; i++) {
          apart[i] = x[point * d + i]! - mean[i]!;
          const weighted = share * apart[i]!;
          spread[i]! += Math.abs(weighted);
          for (let j = 0; j <= i; j++) {
            const product = weighted * apart[j]!;
            products[i * d + j]! += product;
            magnitudes[i * d + j]! += Math.abs(product);
          }
        }
      }
      for (let i = 0; i < d; i++) {
        for (let j = 0; j <= i; j++) {
          const meanProduct = total * meanError[i]! * meanError[j]!;
          // Deviations add up to 10·ε64·mean, not exactly to zero, which matters for an almost empty component.
          const cross = COMPONENT_FLOOR * (meanError[i]! * Math.abs(mean[j]!) + meanError[j]! * Math.abs(mean[i]!));
          // In the products that a kernel sums, each deviation is off by the mean's error.
          const inflated =
            magnitudes[i * d + j]! + meanError[i]! * spread[j]! + meanError[j]! * spread[i]! + meanProduct;
          const sumError = meanProduct + cross + productRounding * inflated + flushed[2]!;
          const covariance = products[i * d + j]! / total + (i === j ? reg_covar : 0);
          const regularised = i === j ? (reg_covar + Math.abs(covariance)) * ULP : 0;
          const error = quotientError(products[i * d + j]!, sumError, total, totalError) + regularised;
          for (const element of [i * d + j, j * d + i]) {
            covariances.expected[slot * d * d + element] = covariance;
            covariances.bound[slot * d * d + element] = error;
          }
        }
      }
    };
  },
};
