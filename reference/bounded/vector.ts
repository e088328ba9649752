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
let chunk = new ArrayBuffer(0);
let usedBytes = 0;

/** Zeros. Arrays of a row's length or less are cut from larger ones, which is some ten times as fast as making each. */
export function zeros(count: number): Float64Array {
  if (count > LONGEST_IN_CHUNK) return new Float64Array(count);
  const at = usedBytes;
  usedBytes += count * Float64Array.BYTES_PER_ELEMENT;
  if (usedBytes <= chunk.byteLength) return new Float64Array(chunk, at, count);
  chunk = new ArrayBuffer(CHUNK * Float64Array.BYTES_PER_ELEMENT);
  usedBytes = 0;
  return zeros(count);
}

/** An array of one number. `Float64Array.of` takes several times as long. */
export function single(value: number): Float64Array {
  const array = zeros(1);
  array[0] = value;
  return array;
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
  /** What WGSL lets f32 be off by for operands within their errors, `magnitude` being the largest that the result may have. */
  own(magnitude: number, x: number, ex: number, y: number, ey: number): number;
}

export function unary(operation: Operation, x: Vector): Vector {
  return binary(operation, x, x);
}

export function binary(operation: Operation, first: Operand, second: Operand): Vector {
  const { x, y, ex, ey, values, errors, noise } = aligned(first, second);
  for (let i = 0; i < values.length; i++) {
    const vx = x.of[i & x.mask]!;
    const vy = y.of[i & y.mask]!;
    const value = operation.value(vx, vy);
    if (errors !== undefined) {
      const [ux, uy] = [ex.of[i & ex.mask]!, ey.of[i & ey.mask]!];
      const inherited = operation.inherited(vx, ux, vy, uy, value);
      const magnitude = Math.abs(value) + inherited;
      errors[i] = settled(magnitude, inherited + operation.own(magnitude, vx, ux, vy, uy));
    }
    values[i] = noise?.scatter(value, operation.own(Math.abs(value), vx, 0, vy, 0)) ?? value;
  }
  return new Vector(values, errors, noise);
}

/** `x + sign·y`. Sums and products have loops of their own, since `binary`'s calls take ten times as long. */
export function signedSum(first: Operand, second: Operand, sign: 1 | -1): Vector {
  const { x, y, ex, ey, values, errors, noise } = aligned(first, second);
  for (let i = 0; i < values.length; i++) {
    const value = x.of[i & x.mask]! + sign * y.of[i & y.mask]!;
    values[i] = noise?.round(value) ?? value;
    if (errors !== undefined) errors[i] = correctlyRounded(value, ex.of[i & ex.mask]! + ey.of[i & ey.mask]!);
  }
  return new Vector(values, errors, noise);
}

export function product(first: Operand, second: Operand): Vector {
  const { x, y, ex, ey, values, errors, noise } = aligned(first, second);
  for (let i = 0; i < values.length; i++) {
    const [vx, vy] = [x.of[i & x.mask]!, y.of[i & y.mask]!];
    values[i] = noise?.round(vx * vy) ?? vx * vy;
    if (errors === undefined) continue;
    const [ux, uy] = [ex.of[i & ex.mask]!, ey.of[i & ey.mask]!];
    errors[i] = correctlyRounded(vx * vy, Math.abs(vx) * uy + Math.abs(vy) * ux + ux * uy);
  }
  return new Vector(values, errors, noise);
}

/** Sums, differences and products may go to either neighbour, which is an ULP away (WGSL, §15.7.4). */
function correctlyRounded(value: number, inherited: number): number {
  const magnitude = Math.abs(value) + inherited;
  return settled(magnitude, inherited + magnitude * ULP);
}

/** Both operands' numbers and errors, and zeros for those of the result. */
function aligned(first: Operand, second: Operand) {
  const [a, b] = [asVector(first), asVector(second)];
  const count = commonLength(a, b);
  const isBounded = carriesErrors(first) || carriesErrors(second);
  return {
    x: repeating(a.values),
    y: repeating(b.values),
    ex: repeating(a.errors ?? NO_ERROR),
    ey: repeating(b.errors ?? NO_ERROR),
    values: zeros(count),
    errors: isBounded ? zeros(count) : undefined,
    noise: a.noise ?? b.noise,
  };
}

/** Index `i & mask` repeats a single element. */
function repeating(of: Float64Array) {
  return { of, mask: of.length === 1 ? 0 : -1 };
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

/** Which arithmetic operands share. An array: a browser's worker has no stack for as many arguments as a task has rows. */
export function arithmeticOf(operands: readonly Operand[]): {
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
  return gatherBy(x, indices.length, (i) => indices[i]!);
}

/** `count` elements, at the indices `indexOf(0)`, `indexOf(1)` and so on. */
export function gatherBy(x: Vector, count: number, indexOf: (at: number) => number): Vector {
  const values = zeros(count);
  const errors = x.errors && zeros(count);
  for (let at = 0; at < count; at++) {
    const index = indexOf(at);
    values[at] = x.values[index]!;
    if (errors !== undefined) errors[at] = x.errors![index]!;
  }
  return new Vector(values, errors, x.noise);
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
  return concatAll(parts);
}

/** As `concat`, of any number: a call takes some ten thousand arguments at most. */
export function concatAll(parts: readonly Vector[]): Vector {
  const { errors: hasErrors, noise } = arithmeticOf(parts);
  const count = parts.reduce((total, { length }) => total + length, 0);
  const values = zeros(count);
  const errors = hasErrors ? zeros(count) : undefined;
  let at = 0;
  for (const part of parts) {
    // Often of one element, for which `set` takes most of the time.
    for (let i = 0; i < part.length; i++, at++) {
      values[at] = part.values[i]!;
      if (errors !== undefined) errors[at] = part.errors?.[i] ?? 0;
    }
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
