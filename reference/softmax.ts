import type { EvaluateUnit, Oracle, Problem } from "./oracle.ts";
import { DIVISION, expError, gamma, logError, MIN_NORMAL, ULP } from "./rounding.ts";

/** Below this, e^x is less than half the smallest normal f32: a kernel may give zero or anything up to that. */
const UNDERFLOW = -88;

/**
 * Rounding operations that each term of a softmax sum may go through: in an online softmax, every later element may
 * raise the running maximum, and so rescale the sum by an `exp` (3 ULP and what grows with its argument, which
 * telescopes) and a product (1), before the addition (1).
 */
const ROUNDINGS_PER_TERM = 5;

/** A row's maximum, the sum of `exp(x - maximum)`, and what f32 arithmetic may make of that sum. */
export interface RowSum {
  readonly maximum: number;
  readonly sum: number;
  /** Relative error that an honest f32 kernel can make in `sum`, whatever its order, online or in two passes. */
  readonly error: number;
}

/**
 * Absolute error of the argument that reaches an exponential in place of `x - maximum`. Kernels subtract first, or
 * multiply both by log₂e for `exp2` and subtract then, which rounds numbers as large as `x` and the maximum are.
 */
function argumentError(x: number, maximum: number): number {
  return (Math.abs(x) + Math.abs(maximum) + Math.abs(x - maximum)) * ULP;
}

/**
 * `exp(x - maximum)` in float64, and the relative error of its f32 counterpart (as a logarithm: the factor lies between
 * e^-error and e^error).
 */
export function shiftedExpError(x: number, maximum: number): number {
  return argumentError(x, maximum) + expError(x - maximum);
}

/** Sums `exp(values[at + c] - maximum)` over `count` values, and bounds the relative error of the sum in f32. */
export function rowSum(values: ArrayLike<number>, at: number, count: number): RowSum {
  let maximum = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < count; c++) maximum = Math.max(maximum, values[at + c]!);
  let sum = 0;
  let absoluteError = 0;
  for (let c = 0; c < count; c++) {
    const x = values[at + c]!;
    const term = Math.exp(x - maximum);
    sum += term;
    if (term > 0) absoluteError += termError(term, x, maximum);
  }
  return { maximum, sum, error: absoluteError / sum + gamma(ROUNDINGS_PER_TERM * (count - 1)) };
}

/** Absolute error of `exp(x - maximum)` in f32. */
function termError(term: number, x: number, maximum: number): number {
  const error = shiftedExpError(x, maximum);
  if (x - maximum + error < UNDERFLOW) return MIN_NORMAL;
  return term * Math.expm1(error) + MIN_NORMAL;
}

/**
 * Row softmax, `y[r,c] = exp(x[r,c] - m_r) / Σ_c exp(x[r,c] - m_r)`, with `m_r` the row's maximum. One unit is a row.
 * Takes `-inf` entries, as PyTorch does.
 *
 * The bound multiplies the errors of the exponential, of the sum and of the division (or of a product with the
 * reciprocal). It also admits the form `exp(x - (m + log Σ))`, whose logarithm and subtraction round.
 */
export const softmax: Oracle<"rows" | "cols", never> = {
  units: ({ rows }) => rows,
  prepare({ shape: { cols }, inputs }: Problem<"rows" | "cols", never>): EvaluateUnit {
    const x = inputs.x!;
    return (row, into, slot) => {
      const { expected, bound } = into.y!;
      const { maximum, sum, error } = rowSum(x, row * cols, cols);
      const logarithm = Math.log(sum);
      const logarithmError = logError(sum) + (Math.abs(maximum) + 2 * logarithm) * ULP;
      for (let c = 0; c < cols; c++) {
        const value = x[row * cols + c]!;
        const y = Math.exp(value - maximum) / sum;
        expected[slot * cols + c] = y;
        const relative = shiftedExpError(value, maximum) + error + DIVISION + ULP + logarithmError;
        const underflows = value - maximum - logarithm + relative < UNDERFLOW;
        bound[slot * cols + c] = (underflows ? 0 : y * Math.expm1(relative)) + MIN_NORMAL;
      }
    };
  },
};
