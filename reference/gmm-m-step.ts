import { COMPONENT_FLOOR, type MixtureShape } from "./gaussian-mixture.ts";
import type { EvaluateUnit, Oracle, Problem } from "./oracle.ts";
import { DIVISION, gamma, MIN_NORMAL, SQRT, ULP } from "./rounding.ts";

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
