import { DIVISION, expError, gamma, logError, MIN_NORMAL, ULP } from "../rounding.ts";
import { add, div } from "./arithmetic.ts";
import { differenceError, exp, expDifference, log } from "./functions.ts";
import { gathered, maximum, sum, vecMat } from "./sums.ts";
import { settled, single, Vector, zeros } from "./vector.ts";

/** Below this, e^x is less than the smallest normal f32: a kernel may give zero or anything up to that. */
const UNDERFLOW = -88;

/**
 * Roundings that each term may go through for every other one: an online softmax multiplies the sum by
 * `exp(old maximum - new maximum)`, within 3 ULP even at 0 (terms that grow with the argument telescope), by a product (1),
 * before the addition (1).
 */
const ROUNDINGS_PER_TERM = 5;

interface ShiftedSum {
  readonly maximum: number;
  readonly sum: number;
  /** A kernel's sum, relative to its own maximum, is off by a factor between e^-factor and e^factor. */
  readonly factor: number;
}

/**
 * `Σ exp(x - max x)`. A relative error above one breaks an analysis by absolute errors, so a factor is kept: with shares
 * `w` of the sum and terms off by e^±L, `Σ w·(e^L - 1)` bounds the sum's logarithm both ways (Jensen's inequality), as γ_n
 * does for n roundings.
 *
 * An online kernel's rescaling subtracts two maxima as rounded, `old - new` or, kept in base 2, `old·log₂e - new·log₂e`:
 * it is 1 if the maximum does not change, and otherwise telescopes. If only one of the two products were fused, it would
 * shrink the sum by an ULP of the maximum with every element: a factor of e in 1,000 elements near 10,000. That is no
 * honest form, since a bound that admitted it would admit anything there.
 *
 * @param terms gets `exp(x - max x)` of the elements, at their own indices
 */
function shiftedSum(
  values: Float64Array,
  errors: Float64Array | undefined,
  from: number,
  count: number,
  terms?: Float64Array,
): ShiftedSum {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = from; i < from + count; i++) largest = Math.max(largest, values[i]!);
  let total = 0;
  let error = 0;
  for (let i = from; i < from + count; i++) {
    const term = Math.exp(values[i]! - largest);
    if (terms !== undefined) terms[i] = term;
    total += term;
    if (errors !== undefined)
      error += shareError(term, values[i]!, largest, exponentialError(values[i]!, errors[i]!, largest));
  }
  const factor = error / total + gamma(ROUNDINGS_PER_TERM * (count - 1));
  return { maximum: largest, sum: total, factor };
}

/** The logarithm of the factor by which `exp(x - shift)` may be off. */
function exponentialError(x: number, error: number, shift: number): number {
  return error + differenceError(x, shift) + expError(Math.abs(x - shift) + error);
}

/**
 * Absolute error of a value whose logarithm, `x - shift`, is off by `error`.
 *
 * @param later the logarithm of the factor by which operations after the exponential may be off, for one that underflows
 */
function shareError(value: number, x: number, shift: number, error: number, later = 0): number {
  const isLost = x === Number.NEGATIVE_INFINITY || x - shift + error < UNDERFLOW;
  return settled(value, isLost ? MIN_NORMAL * Math.expm1(later) : value * Math.expm1(error));
}

function logSumExpError({ maximum: largest, sum: total, factor }: ShiftedSum): number {
  const peak = Math.abs(largest) + Math.log(total);
  return factor + logError(total) + (2 * Math.abs(largest) + 3 * peak) * ULP;
}

/** `log Σ exp(x)`, as `max x + log Σ exp(x - max x)`, in base e or 2, in two passes, online or in parts. */
export function logSumExp(x: Vector): Vector {
  const { values, errors, noise } = x;
  if (noise !== undefined) {
    const largest = maximum(x);
    return add(largest, log(sum(expDifference(x, largest))));
  }
  const shifted = shiftedSum(values, errors, 0, values.length);
  const result = single(shifted.maximum + Math.log(shifted.sum));
  if (errors === undefined || values.length === 0) return new Vector(result);
  return new Vector(result, single(settled(Math.abs(result[0]!), logSumExpError(shifted))));
}

/** The same of each row, one after another. */
export function logSumExpRows(x: Vector, columns: number): Vector {
  return gathered(x.length / columns, (row) => logSumExp(x.slice(row * columns, columns)));
}

/**
 * `exp(x - max x) / Σ exp(x - max x)`: a quotient, a product with the reciprocal, or `exp(x - (max x + log Σ))`, where
 * the logarithm, the sum in the brackets and the longer argument round.
 */
export function softmax(x: Vector): Vector {
  return softmaxRows(x, x.length);
}

/** The same of each row, one after another. A vector for each of many short rows would take most of the time. */
export function softmaxRows(x: Vector, columns: number): Vector {
  if (x.noise !== undefined) {
    return gathered(x.length / columns, (index) => {
      const row = x.slice(index * columns, columns);
      const terms = expDifference(row, maximum(row));
      return div(terms, sum(terms));
    });
  }
  const shares = zeros(x.length);
  const shareErrors = x.errors && zeros(x.length);
  for (let from = 0; from < x.length; from += columns) writeSoftmax(x, from, columns, shares, shareErrors);
  return new Vector(shares, shareErrors);
}

function writeSoftmax(
  { values, errors }: Vector,
  from: number,
  columns: number,
  shares: Float64Array,
  shareErrors: Float64Array | undefined,
): void {
  const { maximum: largest, sum: total, factor } = shiftedSum(values, errors, from, columns, shares);
  for (let i = from; i < from + columns; i++) shares[i]! /= total;
  if (errors === undefined || shareErrors === undefined) return;
  const logSum = largest + Math.log(total);
  const logSumError = factor + logError(total) + (Math.abs(largest) + Math.abs(logSum)) * ULP;
  // The sum has its largest term, exp(0), within 3 ULP.
  const later = gamma(ROUNDINGS_PER_TERM * (columns - 1)) + DIVISION + 4 * ULP;
  for (let i = from; i < from + columns; i++) {
    const value = values[i]!;
    const own = errors[i]!;
    const asQuotient = exponentialError(value, own, largest) + factor + DIVISION + ULP;
    const asExponential = exponentialError(value, own, logSum) + logSumError;
    const relative = Math.max(asQuotient, asExponential);
    shareErrors[i] = shareError(shares[i]!, value, logSum, relative, later);
  }
}

/** `x - log Σ exp(x)`, also as `(x - max x) - log Σ exp(x - max x)`. */
export function logSoftmax(x: Vector): Vector {
  const total = logSumExp(x);
  const values = x.values.map((value) => value - total.values[0]!);
  const errors = x.errors?.map((error, i) => {
    const rounded = differenceError(x.values[i]!, total.values[0]!);
    return error + total.errors![0]! + rounded;
  });
  return new Vector(values, errors, x.noise);
}

/** `Σ exp(x)` itself, for sums that cannot overflow. */
export const sumExp = (x: Vector) => sum(exp(x), ROUNDINGS_PER_TERM * (x.length - 1));

/**
 * `softmax(x) · rows`: the mean of rows, weighted by a softmax. An online softmax rescales the sum of weighted rows as it
 * does the sum of weights. Parts that are normalised separately and joined by `exp(lse_part - lse)` round two log-sum-exps,
 * at most `ln n` above an element, and that exponential, and divide twice.
 */
export function softmaxMean(x: Vector, rows: Vector): Vector {
  const { values, errors, length } = x;
  if (errors === undefined) return vecMat(softmax(x), rows);
  const logarithm = Math.log(length);
  const peak = values.reduce((most, value, i) => Math.max(most, Math.abs(value) + errors[i]!), logarithm);
  const joining = 2 * (logError(length) + (peak + 2 * logarithm) * ULP) + expError(2 * logarithm) + DIVISION;
  return vecMat(softmax(x), rows, ROUNDINGS_PER_TERM * (length - 1) + 1 + joining / ULP);
}
