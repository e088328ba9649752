import { DIVISION, INVERSE_SQRT, SQRT, ULP } from "../rounding.ts";
import {
  arithmeticOf,
  binary,
  type Operand,
  type Operation,
  product,
  signedSum,
  single,
  unary,
  Vector,
  zeros,
} from "./vector.ts";

/** Divisors for which WGSL promises anything (§15.7.4). */
const [SMALLEST_DIVISOR, LARGEST_DIVISOR] = [2 ** -126, 2 ** 126];
/** `x / y`, 2.5 ULP; also the product with the reciprocal, which rounds once more. */
const DIV: Operation = {
  value: (x, y) => x / y,
  inherited: (_, ex, y, ey, value) => (ex + Math.abs(value) * ey) / Math.max(Math.abs(y) - ey, 0),
  own: (magnitude, _, __, y, ey) => {
    const isPromised = Math.abs(y) - ey >= SMALLEST_DIVISOR && Math.abs(y) + ey <= LARGEST_DIVISOR;
    return isPromised ? magnitude * (DIVISION + ULP) : Number.POSITIVE_INFINITY;
  },
};
/** `sqrt(x)`, inherited from `1.0 / inverseSqrt(x)`. An argument that may be negative is taken for zero. */
const ROOT: Operation = {
  value: Math.sqrt,
  inherited: (x, ex, _, __, value) => Math.max(value - Math.sqrt(Math.max(x - ex, 0)), Math.sqrt(x + ex) - value),
  own: (magnitude) => magnitude * SQRT,
};
/** `inverseSqrt(x)`, 2 ULP, or `1 / sqrt(x)`. */
const INVERSE_ROOT: Operation = {
  value: (x) => 1 / Math.sqrt(x),
  inherited: (x, ex, _, __, value) => 1 / Math.sqrt(Math.max(x - ex, 0)) - value,
  own: (magnitude) => magnitude * Math.max(INVERSE_SQRT, SQRT + DIVISION),
};

type Binary = {
  (x: Vector, y: Operand): Vector;
  (x: Operand, y: Vector): Vector;
};

export const add: Binary = (x: Operand, y: Operand) => signedSum(x, y, 1);
export const sub: Binary = (x: Operand, y: Operand) => signedSum(x, y, -1);
export const mul: Binary = product;
export const div: Binary = (x: Operand, y: Operand) => binary(DIV, x, y);
export const sqrt = (x: Vector) => unary(ROOT, x);
export const rsqrt = (x: Vector) => unary(INVERSE_ROOT, x);
export const square = (x: Vector) => mul(x, x);

export function neg(x: Vector): Vector {
  return new Vector(
    x.values.map((value) => -value),
    x.errors,
    x.noise,
  );
}

export function abs(x: Vector): Vector {
  return new Vector(x.values.map(Math.abs), x.errors, x.noise);
}

/** The larger of two, element by element. Nothing is rounded: errors of operands that may be chosen pass through. */
export const max: Binary = (x: Operand, y: Operand) => chosen(x, y, 1);
export const min: Binary = (x: Operand, y: Operand) => chosen(x, y, -1);
export const clamp = (x: Vector, low: Operand, high: Operand) => min(max(x, low), high);

function chosen(x: Operand, y: Operand, sign: 1 | -1): Vector {
  const { errors: hasErrors, noise } = arithmeticOf([x, y]);
  const [a, b] = [asVector(x), asVector(y)];
  const count = Math.max(a.length, b.length);
  const values = zeros(count);
  const errors = hasErrors ? zeros(count) : undefined;
  for (let i = 0; i < count; i++) {
    const at = a.length === 1 ? 0 : i;
    const bt = b.length === 1 ? 0 : i;
    const va = a.values[at]!;
    const vb = b.values[bt]!;
    values[i] = sign > 0 ? Math.max(va, vb) : Math.min(va, vb);
    if (errors === undefined) continue;
    const ea = a.errors?.[at] ?? 0;
    const eb = b.errors?.[bt] ?? 0;
    const lead = sign * (va - vb);
    if (lead > ea + eb) errors[i] = ea;
    else errors[i] = -lead > ea + eb ? eb : Math.max(ea, eb);
  }
  return new Vector(values, errors, noise);
}

function asVector(operand: Operand): Vector {
  return typeof operand === "number" ? new Vector(single(operand)) : operand;
}
