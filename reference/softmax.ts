import type { EvaluateUnit, Oracle, Problem } from "./oracle.ts";
import { DIVISION, expError, gamma, logError, MIN_NORMAL, ULP } from "./rounding.ts";

/** Below this, e^x is less than the smallest normal f32: a kernel may give zero or anything up to that. */
const UNDERFLOW = -88;

/**
 * Rounding operations that each term of a softmax sum may go through for every other element: an online softmax
 * multiplies the sum by `exp(old maximum - new maximum)`, within 3 ULP even at 0 (the part that grows with the
 * argument telescopes), by a product (1), before the addition (1).
 */
const ROUNDINGS_PER_TERM = 5;

/** A row's maximum, the sum of `exp(x - maximum)`, and the error of that sum in f32 arithmetic. */
export interface RowSum {
  readonly maximum: number;
  readonly sum: number;
  /**
   * Error of an honest f32 kernel in `sum`, in any order, online or in two passes: a factor between e^-error and
   * e^error.
   */
  readonly error: number;
}

/**
 * Absolute error of the argument that replaces `x - shift` in an exponential. Kernels subtract first, or multiply both
 * by log₂e for `exp2` and then subtract, which rounds numbers as large as `x` and the shift.
 */
function argumentError(x: number, shift: number): number {
  return (Math.abs(x) + Math.abs(shift) + Math.abs(x - shift)) * ULP;
}

/** Error of `exp(x - shift)` in f32: a factor between e^-error and e^error. */
export function shiftedExpError(x: number, shift: number): number {
  return argumentError(x, shift) + expError(x - shift);
}

/**
 * Sums `exp(values[at + c] - maximum)` over `count` values, and bounds the error of the sum in f32.
 *
 * With shares `w` of the sum and terms off by factors e^±L, the computed sum is at most Σ w·e^L = 1 + Σ w·(e^L - 1)
 * times the true one, and at least Σ w·e^-L ≥ e^-ΣwL (Jensen's inequality); so Σ w·(e^L - 1) bounds its logarithm both
 * ways, as γ_n does for n roundings, since γ_n ≥ -n·ln(1 - u).
 *
 * A rescaling subtracts two maxima as rounded, `old - new` or, kept in base 2, `old·log₂e - new·log₂e`: it is 1 if the
 * maximum does not change, and otherwise telescopes. If only one of the two products were fused, it would shrink the
 * sum by an ULP of the maximum with every element: a factor of e in 1,000 elements near 10,000. That is no honest form,
 * since a bound that admitted it would admit anything there.
 */
export function rowSum(values: ArrayLike<number>, at: number, count: number): RowSum {
  let maximum = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < count; c++) maximum = Math.max(maximum, values[at + c]!);
  let sum = 0;
  let absoluteError = 0;
  for (let c = 0; c < count; c++) {
    const x = values[at + c]!;
    const term = Math.exp(x - maximum);
    sum += term;
    absoluteError += termError(term, x, maximum);
  }
  return { maximum, sum, error: absoluteError / sum + gamma(ROUNDINGS_PER_TERM * (count - 1)) };
}

/** Absolute error of `exp(x - maximum)` in f32. */
function termError(term: number, x: number, maximum: number): number {
  const error = shiftedExpError(x, maximum);
  const isLost = x === Number.NEGATIVE_INFINITY || x - maximum + error < UNDERFLOW;
  return isLost ? MIN_NORMAL : term * Math.expm1(error) + MIN_NORMAL;
}

/**
 * Row softmax, `y[r,c] = exp(x[r,c] - m_r) / Σ_c exp(x[r,c] - m_r)`, with `m_r` the row's maximum. One unit is a row.
 * Takes `-inf` entries, as PyTorch does.
 *
 * The bound is the worse of two forms: a quotient (or a product with the reciprocal) of the exponential and the sum,
 * and `exp(x - (m + log Σ))`, in which the logarithm, the sum in the brackets and the longer argument round.
 */
export const softmax: Oracle<"rows" | "cols", never> = {
  units: ({ rows }) => rows,
  prepare({ shape: { cols }, inputs }: Problem<"rows" | "cols", never>): EvaluateUnit {
    const x = inputs.x!;
    return (row, into, slot) => {
      const { expected, bound } = into.y!;
      const { maximum, sum, error } = rowSum(x, row * cols, cols);
      const logSumExp = maximum + Math.log(sum);
      const logSumExpError = error + logError(sum) + (Math.abs(maximum) + Math.abs(logSumExp)) * ULP;
      for (let c = 0; c < cols; c++) {
        const value = x[row * cols + c]!;
        const y = Math.exp(value - maximum) / sum;
        const asQuotient = shiftedExpError(value, maximum) + error + DIVISION + ULP;
        const asExponential = shiftedExpError(value, logSumExp) + logSumExpError;
        const relative = Math.max(asQuotient, asExponential);
        const isLost = value === Number.NEGATIVE_INFINITY || value - logSumExp + relative < UNDERFLOW;
        expected[slot * cols + c] = y;
        bound[slot * cols + c] = (isLost ? 0 : y * Math.expm1(relative)) + MIN_NORMAL;
      }
    };
  },
};
