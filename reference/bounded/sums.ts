import { gamma, MIN_NORMAL, ULP } from "../rounding.ts";
import { div, mul } from "./arithmetic.ts";
import { arithmeticOf, concatAll, settled, single, Vector, zeros } from "./vector.ts";

/**
 * The sum of all elements, in any order, fused with the products that it adds or not: within `γ_(n-1)·Σ|x|` (Higham,
 * Accuracy and Stability, 2nd ed., eq. 4.4 for all orders).
 *
 * @param roundings those that a term may go through; by default, one for each other term
 */
export function sum(terms: Vector, roundings = terms.length - 1): Vector {
  const { values, errors, noise } = terms;
  if (noise !== undefined) return new Vector(single(noise.sum(values, 0)), undefined, noise);
  let total = 0;
  let magnitude = 0;
  let inherited = 0;
  for (let i = 0; i < values.length; i++) {
    total += values[i]!;
    if (errors === undefined) continue;
    magnitude += Math.abs(values[i]!);
    inherited += errors[i]!;
  }
  return scalar(total, errors && { magnitude, inherited, roundings, count: values.length });
}

/**
 * `Σ a·b`. A product's rounding is one more for its term: γ_n (Higham, eq. 3.5).
 *
 * @param roundings those that a term may go through, its product's included
 */
export function dot(a: Vector, b: Vector, roundings = a.length): Vector {
  const { errors: hasErrors, noise } = arithmeticOf([a, b]);
  if (noise !== undefined || a.length !== b.length) return sum(mul(a, b));
  const [x, y] = [a.values, b.values];
  let total = 0;
  let magnitude = 0;
  let inherited = 0;
  for (let i = 0; i < x.length; i++) {
    const product = x[i]! * y[i]!;
    total += product;
    magnitude += Math.abs(product);
  }
  if (!hasErrors) return scalar(total, undefined);
  const [ex, ey] = [errorsOf(a), errorsOf(b)];
  for (let i = 0; i < x.length; i++) {
    inherited += Math.abs(x[i]!) * ey[i]! + Math.abs(y[i]!) * ex[i]! + ex[i]! * ey[i]!;
  }
  return scalar(total, { magnitude, inherited, roundings, count: 2 * x.length });
}

/** Beyond it, an f32 no longer holds every integer. */
const LARGEST_EXACT_INTEGER = 2 ** 24;

/**
 * `Σ a·b` of integers, added in i32: exact in any order if the sum is within 32 bits, since addition modulo 2³² is
 * associative. Only the conversion to f32 rounds, to either neighbour (WGSL, §15.7.6).
 */
export function integerDot(a: Vector, b: Vector): Vector {
  const { errors: hasErrors, noise } = arithmeticOf([a, b]);
  const [x, y] = [a.values, b.values];
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i]! * y[i]!;
  const isExact = Math.abs(total) <= LARGEST_EXACT_INTEGER;
  if (noise !== undefined) return new Vector(single(isExact ? total : noise.round(total)), undefined, noise);
  return new Vector(single(total), hasErrors ? single(isExact ? 0 : Math.abs(total) * ULP) : undefined);
}

const NONE = new Float64Array(0);

/** Zeros for numbers without errors, so that inner loops need not check. */
function errorsOf({ errors, length }: Vector): Float64Array {
  return errors ?? zeros(length);
}

interface SumOfErrors {
  readonly magnitude: number;
  readonly inherited: number;
  readonly roundings: number;
  /** Results on the way, each of which may be flushed to zero. */
  readonly count: number;
}

function scalar(total: number, errors: SumOfErrors | undefined): Vector {
  return new Vector(single(total), errors && single(errorOfSum(errors)));
}

function errorOfSum({ magnitude, inherited, roundings, count }: SumOfErrors): number {
  const error = inherited + gamma(roundings) * (magnitude + inherited) + count * MIN_NORMAL;
  return settled(magnitude + inherited, error);
}

/**
 * The sums of consecutive terms, `count` at a time: those of a matrix' rows.
 *
 * @param roundings as of `sum`
 */
export function rowSums(terms: Vector, count: number, roundings = count - 1): Vector {
  const { values, errors, noise } = terms;
  const rows = terms.length / count;
  if (noise !== undefined) return gathered(rows, (row) => sum(terms.slice(row * count, count)));
  const totals = zeros(rows);
  const totalErrors = errors && zeros(rows);
  for (let row = 0; row < rows; row++) {
    let [total, magnitude, inherited] = [0, 0, 0];
    for (let i = row * count; i < (row + 1) * count; i++) {
      total += values[i]!;
      magnitude += Math.abs(values[i]!);
      inherited += errors?.[i] ?? 0;
    }
    totals[row] = total;
    if (totalErrors !== undefined) totalErrors[row] = errorOfSum({ magnitude, inherited, roundings, count });
  }
  return new Vector(totals, totalErrors);
}

export const mean = (x: Vector) => div(sum(x), x.length);

/** `matrix[rows, n] · x[n]`: the dot product of each row. */
export function matVec(matrix: Vector, x: Vector): Vector {
  const { errors: hasErrors, noise } = arithmeticOf([matrix, x]);
  const n = x.length;
  const rows = matrix.length / n;
  if (noise !== undefined) return gathered(rows, (row) => dot(matrix.slice(row * n, n), x));
  const values = zeros(rows);
  const errors = hasErrors ? zeros(rows) : undefined;
  const [ea, eb] = hasErrors ? [errorsOf(matrix), errorsOf(x)] : [NONE, NONE];
  const [a, b] = [matrix.values, x.values];
  const relative = gamma(n);
  for (let row = 0, at = 0; row < rows; row++) {
    let total = 0;
    let magnitude = 0;
    let inherited = 0;
    for (let i = 0; i < n; i++, at++) {
      const term = a[at]! * b[i]!;
      total += term;
      if (errors === undefined) continue;
      magnitude += Math.abs(term);
      inherited += Math.abs(a[at]!) * eb[i]! + Math.abs(b[i]!) * ea[at]! + ea[at]! * eb[i]!;
    }
    values[row] = total;
    magnitude += inherited;
    if (errors) errors[row] = settled(magnitude, inherited + relative * magnitude + 2 * n * MIN_NORMAL);
  }
  return new Vector(values, errors);
}

/**
 * `x[rows] · matrix[rows, n]`: the sum of the rows, each times its factor.
 *
 * @param roundings those that a product may go through, its own included; by default, one for each row
 */
export function vecMat(x: Vector, matrix: Vector, roundings = x.length): Vector {
  const { errors: hasErrors, noise } = arithmeticOf([x, matrix]);
  const n = matrix.length / x.length;
  if (noise !== undefined) {
    return gathered(n, (column) => {
      const at = Float64Array.from({ length: x.length }, (_, row) => matrix.values[row * n + column]!);
      return dot(x, new Vector(at, undefined, noise));
    });
  }
  const values = zeros(n);
  const magnitudes = zeros(n);
  const errors = zeros(n);
  const elements = matrix.values;
  const [factorErrors, elementErrors] = [errorsOf(x), errorsOf(matrix)];
  for (let row = 0, at = 0; row < x.length; row++) {
    const factor = x.values[row]!;
    const ex = factorErrors[row]!;
    for (let column = 0; column < n; column++, at++) {
      const value = elements[at]!;
      const ey = elementErrors[at]!;
      values[column]! += factor * value;
      magnitudes[column]! += Math.abs(factor * value);
      errors[column]! += Math.abs(factor) * ey + Math.abs(value) * ex + ex * ey;
    }
  }
  if (!hasErrors) return new Vector(values);
  const relative = gamma(roundings);
  for (let column = 0; column < n; column++) {
    const magnitude = magnitudes[column]! + errors[column]!;
    errors[column] = settled(magnitude, errors[column]! + relative * magnitude + 2 * x.length * MIN_NORMAL);
  }
  return new Vector(values, errors);
}

/** Joins vectors, most often of one element, that are made one after the other. */
export function gathered(count: number, make: (index: number) => Vector): Vector {
  // Loops, since `Array.from` and `Float64Array.from` with a callback take several times as long.
  const parts: Vector[] = [];
  for (let index = 0; index < count; index++) parts.push(make(index));
  return concatAll(parts);
}

/**
 * The sum of all elements up to each. In a parallel scan a term meets no more additions than in sequence.
 *
 * @param roundings those that a term may go through; by default, one for each other term
 */
export function prefixSum(x: Vector, roundings = x.length - 1): Vector {
  const { noise } = x;
  const values = zeros(x.length);
  const errors = x.errors && zeros(x.length);
  let [total, magnitude, inherited] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    total += x.values[i]!;
    if (noise !== undefined) total = noise.round(total);
    values[i] = total;
    if (x.errors === undefined || errors === undefined) continue;
    magnitude += Math.abs(x.values[i]!);
    inherited += x.errors[i]!;
    const error = inherited + gamma(Math.min(i, roundings)) * (magnitude + inherited) + (i + 1) * MIN_NORMAL;
    errors[i] = settled(magnitude + inherited, error);
  }
  return new Vector(values, errors, noise);
}

/** The largest element. `max` rounds nothing, and changes by no more than the operand that changes most. */
export function maximum(x: Vector): Vector {
  return extreme(x, Math.max, Number.NEGATIVE_INFINITY);
}

export function minimum(x: Vector): Vector {
  return extreme(x, Math.min, Number.POSITIVE_INFINITY);
}

function extreme({ values, errors, noise }: Vector, better: (a: number, b: number) => number, start: number): Vector {
  const reduced = (from: Float64Array, first: number, by: (a: number, b: number) => number) =>
    single(from.reduce((a, b) => by(a, b), first));
  return new Vector(reduced(values, start, better), errors && reduced(errors, 0, Math.max), noise);
}
