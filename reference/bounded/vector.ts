import type { MonteCarloArithmetic } from "../monte-carlo-arithmetic.ts";
import { MAX_F32, MIN_NORMAL, ULP } from "../rounding.ts";

/**
 * Numbers on their way through a reference function, in one of three arithmetics. The function is the same in each:
 *
 * - plain float64: values alone
 * - bounded: next to each value, the largest absolute error that any honest f32 kernel can have in it by then (running
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

const CHUNK = 65_536;
const LONGEST_IN_CHUNK = 4096;
/** The engine keeps up to 64 bytes in the array's object; more costs microseconds. */
const LONGEST_INLINE = 8;
let chunk = new Float64Array(0);
let usedOfChunk = 0;

/** Zeros. Arrays of a row's length are cut from larger ones, which is some fifty times as fast as making each. */
export function zeros(count: number): Float64Array {
  if (count <= LONGEST_INLINE || count > LONGEST_IN_CHUNK) return new Float64Array(count);
  if (usedOfChunk + count > chunk.length) {
    chunk = new Float64Array(CHUNK);
    usedOfChunk = 0;
  }
  usedOfChunk += count;
  return chunk.subarray(usedOfChunk - count, usedOfChunk);
}

/** Inputs of a kernel. One below the normal numbers may be flushed to zero wherever it is used (WGSL, §15.7.2). */
export function bounded(values: ArrayLike<number>): Vector {
  const own = new Float64Array(values);
  const errors = new Float64Array(own.length);
  for (let i = 0; i < own.length; i++) errors[i] = errorOfNumber(own[i]!);
  return new Vector(own, errors);
}

/** The same in float64 alone. */
export function float64(values: ArrayLike<number>): Vector {
  return new Vector(new Float64Array(values));
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

const NO_ERROR = new Float64Array(1);
const MOST_CONSTANTS = 256;
const constants = new Map<number, Vector>();

/** References use the same few constants for every row. */
function asVector(operand: Operand): Vector {
  if (typeof operand !== "number") return operand;
  let constant = constants.get(operand);
  if (constant === undefined) {
    constant = bounded([operand]);
    if (constants.size === MOST_CONSTANTS) constants.clear();
    constants.set(operand, constant);
  }
  return constant;
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
  const [a, b] = [asVector(first), asVector(second)];
  const count = commonLength(a, b);
  const noise = a.noise ?? b.noise;
  const isBounded = carriesErrors(first) || carriesErrors(second);
  const [x, y] = [a.values, b.values];
  // Index `i & mask` repeats a single element.
  const xMask = x.length === 1 ? 0 : -1;
  const yMask = y.length === 1 ? 0 : -1;
  const values = zeros(count);
  const { own } = operation;
  if (!isBounded) {
    for (let i = 0; i < count; i++) {
      const value = operation.value(x[i & xMask]!, y[i & yMask]!);
      if (noise === undefined) values[i] = value;
      else if (own === undefined) values[i] = noise.round(value);
      else values[i] = noise.scatter(value, own(Math.abs(value), x[i & xMask]!, 0, y[i & yMask]!, 0));
    }
    return new Vector(values, undefined, noise);
  }
  const xErrors = a.errors ?? NO_ERROR;
  const yErrors = b.errors ?? NO_ERROR;
  const xErrorMask = xErrors.length === 1 ? 0 : -1;
  const yErrorMask = yErrors.length === 1 ? 0 : -1;
  const errors = zeros(count);
  for (let i = 0; i < count; i++) {
    const vx = x[i & xMask]!;
    const vy = y[i & yMask]!;
    const ex = xErrors[i & xErrorMask]!;
    const ey = yErrors[i & yErrorMask]!;
    const value = operation.value(vx, vy);
    const inherited = operation.inherited(vx, ex, vy, ey, value);
    const magnitude = Math.abs(value) + inherited;
    values[i] = value;
    errors[i] = settled(magnitude, inherited + (own ? own(magnitude, vx, ex, vy, ey) : magnitude * ULP));
  }
  return new Vector(values, errors);
}

function carriesErrors(operand: Operand): boolean {
  return typeof operand !== "number" && operand.errors !== undefined;
}

function commonLength({ length: a }: Vector, { length: b }: Vector): number {
  if (a !== b && a !== 1 && b !== 1) throw new RangeError(`a vector of ${a} elements does not go with one of ${b}`);
  return a === 1 ? b : a;
}

/**
 * The error of a result. A subnormal one may be flushed to zero, and one that may lie beyond the largest f32 is not
 * determined (WGSL, §15.7.2); neither is a result computed from it, although float64 makes a NaN of `0 · ∞`.
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

/** The elements at some indices, in their order. */
export function gather(x: Vector, indices: ArrayLike<number>): Vector {
  const { errors } = x;
  const picked = (from: Float64Array) => {
    const elements = zeros(indices.length);
    for (let i = 0; i < elements.length; i++) elements[i] = from[indices[i]!]!;
    return elements;
  };
  return new Vector(picked(x.values), errors && picked(errors), x.noise);
}

/** Each element `times` times in succession. */
export function repeated(x: Vector, times: number): Vector {
  const all = (from: Float64Array) => {
    const elements = zeros(from.length * times);
    for (let i = 0; i < from.length; i++) elements.fill(from[i]!, i * times, (i + 1) * times);
    return elements;
  };
  return new Vector(all(x.values), x.errors && all(x.errors), x.noise);
}

export function concat(...parts: readonly Vector[]): Vector {
  const { errors: hasErrors, noise } = arithmeticOf(...parts);
  const count = parts.reduce((total, { length }) => total + length, 0);
  const values = zeros(count);
  const errors = hasErrors ? zeros(count) : undefined;
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    if (part.errors !== undefined) errors?.set(part.errors, at);
    at += part.length;
  }
  return new Vector(values, errors, noise);
}

/** The whole vector, `times` times in succession. */
export function tiled(x: Vector, times: number): Vector {
  const whole = (from: Float64Array) => {
    const to = zeros(times * from.length);
    for (let at = 0; at < to.length; at += from.length) to.set(from, at);
    return to;
  };
  return new Vector(whole(x.values), x.errors && whole(x.errors), x.noise);
}
