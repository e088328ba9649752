import type { MonteCarloArithmetic } from "../monte-carlo-arithmetic.ts";
import { MAX_F32, MIN_NORMAL, ULP } from "../rounding.ts";

/**
 * Numbers on their way through a reference function, in one of three arithmetics. The function is the same in each:
 *
 * - plain float64: values alone
 * - bounded: beside each value, the largest absolute error that any honest f32 kernel can have in it by then (running
 *   error analysis: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., §3.3)
 * - Monte Carlo: values that each operation perturbs by all that WGSL allows it (see `MonteCarloArithmetic`)
 *
 * Operations never change their operands, but slices share memory.
 */
export class Vector {
  readonly values: Float64Array;
  /** One for each value; undefined outside bounded arithmetic. */
  readonly errors: Float64Array | undefined;
  readonly noise: MonteCarloArithmetic | undefined;

  constructor(values: Float64Array, errors?: Float64Array, noise?: MonteCarloArithmetic) {
    this.values = values;
    this.errors = errors;
    this.noise = noise;
  }

  get length(): number {
    return this.values.length;
  }

  slice(from: number, count: number): Vector {
    return new Vector(this.values.subarray(from, from + count), this.errors?.subarray(from, from + count), this.noise);
  }

  /** One element, as a vector of length 1. */
  at(index: number): Vector {
    return this.slice(index, 1);
  }

  /** Exact numbers in the same arithmetic. */
  exactly(...numbers: readonly number[]): Vector {
    if (this.errors !== undefined) return bounded(numbers);
    return new Vector(Float64Array.from(numbers), undefined, this.noise);
  }
}

/** A vector, or a number that kernels know exactly, up to its rounding to f32. At least one operand is a vector. */
export type Operand = Vector | number;

/** Inputs of a kernel. One below the normal numbers may be flushed to zero wherever it is used (WGSL, §15.7.2). */
export function bounded(values: ArrayLike<number>): Vector {
  const own = Float64Array.from(values);
  return new Vector(own, own.map(errorOfNumber));
}

/** The same in float64 alone. */
export function float64(values: ArrayLike<number>): Vector {
  return new Vector(Float64Array.from(values));
}

export function perturbed(values: ArrayLike<number>, noise: MonteCarloArithmetic): Vector {
  return new Vector(Float64Array.from(values), undefined, noise);
}

/** A constant that is no f32 becomes one of its neighbours. */
function errorOfNumber(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude < MIN_NORMAL) return magnitude;
  return Math.fround(value) === value || magnitude > MAX_F32 ? 0 : magnitude * ULP;
}

/** An operand's arrays; index `i & mask` repeats a single element. */
export interface Lanes {
  readonly values: Float64Array;
  readonly errors: Float64Array;
  readonly mask: number;
}

const NO_ERROR = new Float64Array(1);

function lanes(operand: Operand): Lanes {
  if (typeof operand === "number") {
    return { values: Float64Array.of(operand), errors: Float64Array.of(errorOfNumber(operand)), mask: 0 };
  }
  return { values: operand.values, errors: operand.errors ?? NO_ERROR, mask: operand.length === 1 ? 0 : -1 };
}

/** What one operation makes of one element. Errors of operands, `ex` and `ey`, are absolute. */
export interface Operation {
  value(x: number, y: number): number;
  /** How far the operands' errors move the exact result. */
  inherited(x: number, ex: number, y: number, ey: number, value: number): number;
  /**
   * What WGSL allows f32 to be off by for operands within their errors, `magnitude` being the largest that the result may have.
   * Without it the operation is correctly rounded, which may go to either neighbour: an ULP.
   */
  own?(magnitude: number, x: number, ex: number, y: number, ey: number): number;
}

export function unary(operation: Operation, x: Vector): Vector {
  return binary(operation, x, x);
}

export function binary(operation: Operation, first: Operand, second: Operand): Vector {
  const { errors: hasErrors, noise } = arithmeticOf(first, second);
  const [a, b] = [lanes(first), lanes(second)];
  const count = lengthOf(first, second);
  const values = new Float64Array(count);
  const { own } = operation;
  if (!hasErrors) {
    for (let i = 0; i < count; i++) {
      const [x, y] = [a.values[i & a.mask]!, b.values[i & b.mask]!];
      const value = operation.value(x, y);
      if (noise === undefined) values[i] = value;
      else values[i] = own ? noise.scatter(value, own(Math.abs(value), x, 0, y, 0)) : noise.round(value);
    }
    return new Vector(values, undefined, noise);
  }
  const errors = new Float64Array(count);
  const [aErrorMask, bErrorMask] = [errorMask(a), errorMask(b)];
  for (let i = 0; i < count; i++) {
    const x = a.values[i & a.mask]!;
    const y = b.values[i & b.mask]!;
    const ex = a.errors[i & aErrorMask]!;
    const ey = b.errors[i & bErrorMask]!;
    const value = operation.value(x, y);
    const inherited = operation.inherited(x, ex, y, ey, value);
    const magnitude = Math.abs(value) + inherited;
    values[i] = value;
    errors[i] = settled(magnitude, inherited + (own ? own(magnitude, x, ex, y, ey) : magnitude * ULP));
  }
  return new Vector(values, errors);
}

function errorMask({ errors, mask }: Lanes): number {
  return errors.length === 1 ? 0 : mask;
}

/**
 * The error of a result. A subnormal one may be flushed to zero, and one that may lie beyond the largest f32 is not
 * determined (WGSL, §15.7.2); neither is what comes of it, though float64 makes a NaN of `0 · ∞`.
 */
export function settled(magnitude: number, error: number): number {
  return magnitude <= MAX_F32 && error >= 0 ? error + MIN_NORMAL : Number.POSITIVE_INFINITY;
}

/** Which arithmetic operands share. */
export function arithmeticOf(...operands: readonly Operand[]): {
  readonly errors: boolean;
  readonly noise: MonteCarloArithmetic | undefined;
} {
  for (const operand of operands) {
    if (typeof operand === "number") continue;
    if (operand.errors !== undefined || operand.noise !== undefined) {
      return { errors: operand.errors !== undefined, noise: operand.noise };
    }
  }
  return { errors: false, noise: undefined };
}

function lengthOf(first: Operand, second: Operand): number {
  const a = typeof first === "number" ? 1 : first.length;
  const b = typeof second === "number" ? 1 : second.length;
  if (a !== b && a !== 1 && b !== 1) throw new RangeError(`a vector of ${a} elements does not go with one of ${b}`);
  return a === 1 ? b : a;
}

/** The elements at some indices, in their order. */
export function gather(x: Vector, indices: ArrayLike<number>): Vector {
  const { errors } = x;
  const picked = (from: Float64Array) => Float64Array.from(indices, (index) => from[index]!);
  return new Vector(picked(x.values), errors && picked(errors), x.noise);
}

export function concat(...parts: readonly Vector[]): Vector {
  const { errors: hasErrors, noise } = arithmeticOf(...parts);
  const count = parts.reduce((total, { length }) => total + length, 0);
  const values = new Float64Array(count);
  const errors = hasErrors ? new Float64Array(count) : undefined;
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    if (part.errors !== undefined) errors?.set(part.errors, at);
    at += part.length;
  }
  return new Vector(values, errors, noise);
}
