import { UnsolvableProblem } from "./oracle.ts";

/**
 * WGSL's guarantees for the accuracy of f32 arithmetic, in their most lenient reading (WGSL, §15.7.4 "Floating Point
 * Accuracy"), as relative errors. Bounds are built only from these.
 *
 * WGSL fixes no rounding mode: a "correctly rounded" result may be either neighbour. So one operation may be off by a
 * whole unit in the last place, 2⁻²³ relative, not half a unit as in IEEE 754's round-to-nearest.
 */
export const ULP = 2 ** -23;

/** The smallest normal f32. Results and operands below it may be flushed to zero. */
export const MIN_NORMAL = 2 ** -126;

/** The largest finite f32. */
export const MAX_F32 = (2 - 2 ** -23) * 2 ** 127;

/** `x / y`: 2.5 ULP. */
export const DIVISION = 2.5 * ULP;

/** `inverseSqrt(x)`: 2 ULP. */
export const INVERSE_SQRT = 2 * ULP;

/** `sqrt(x)` is inherited from `1.0 / inverseSqrt(x)`. */
export const SQRT = DIVISION + INVERSE_SQRT;

/**
 * Relative error of `n` successive rounded operations, `γ_n = n·u / (1 - n·u)` (Higham, Accuracy and Stability of
 * Numerical Algorithms, 2nd ed., lemma 3.1), with `u` = 2⁻²³.
 *
 * @throws UnsolvableProblem if they may lose every digit
 */
export function gamma(n: number): number {
  const accumulated = n * ULP;
  if (accumulated >= 1)
    throw new UnsolvableProblem(`γ_${n} is not defined: ${n} roundings may lose every digit of an f32`);
  return accumulated / (1 - accumulated);
}

/**
 * Relative error of e^x in f32, for an exact argument: `exp(x)` is within 3 + 2·|x| ULP. The rearrangement
 * `exp2(x · log2(e))` is allowed too: its own 3 + 2·|x·log2 e| ULP, and the roundings of the constant and of the
 * product (an ULP of the argument each, which e^x turns into |x| ULP of the result).
 */
export function expError(x: number): number {
  return (3 + (2 * Math.LOG2E + 2) * Math.abs(x)) * ULP;
}

/**
 * Absolute error of ln x in f32, for an exact argument: 2⁻²¹ inside [0.5, 2], 3 ULP outside. `log2(x) · ln 2` is
 * allowed too: it adds the roundings of the constant and of the product, an ULP each.
 */
export function logError(x: number): number {
  const value = Math.abs(Math.log(x));
  return Math.max(2 ** -21, 3 * ULP * value) + 2 * ULP * value;
}
