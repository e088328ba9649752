import { DIVISION, expError, logError, MIN_NORMAL, ULP } from "../rounding.ts";
import { add, max, mul, neg } from "./arithmetic.ts";
import { normalCdf as cdf } from "./erf.ts";
import { binary, type Operand, type Operation, unary, type Vector } from "./vector.ts";

// Accuracies are those of WGSL, §15.7.4.1 "Accuracy of Concrete Floating Point Expressions", for f32.

/** e^-x is below the smallest normal f32 from here on, and e^x above the largest from a little further. */
const EXP_RANGE = 87;

/**
 * `exp(x)`, `3 + 2·|x|` ULP, or `exp2(x·log2 e)` (see `expError`). Where that is below the smallest normal number it is
 * anything from 0 up to that: `2·|x|` ULP of a subnormal number would let exp(-1e9) be 3e-36, which nothing computes.
 */
const EXP: Operation = {
  value: (x) => Math.exp(x),
  inherited: (x, ex, _, __, value) => spread(x, ex, value),
  own: (magnitude, x, ex) => magnitude * Math.expm1(expError(Math.abs(x) + ex)),
};

/**
 * How far `e^x` moves for an argument that is off by `error`. Far below zero both are nothing, however large the error.
 */
function spread(x: number, error: number, value: number): number {
  return error < 1 ? value * Math.expm1(error) : Math.exp(x + error) - value;
}

/** `exp2(x)`, `3 + 2·|x|` ULP, or `exp(x·ln 2)`, the constant and the product an ULP each. */
const exp2Error = (x: number) => (3 + 4 * Math.LN2 * Math.abs(x)) * ULP;
const EXP2: Operation = {
  value: (x) => 2 ** x,
  inherited: (x, ex, _, __, value) => spread(x * Math.LN2, ex * Math.LN2, value),
  own: (magnitude, x, ex) => magnitude * Math.expm1(exp2Error(Math.abs(x) + ex)),
};

/** `log(x)`, 2⁻²¹ in [0.5, 2] and 3 ULP outside, or `log2(x)·ln 2` (see `logError`). */
const LOG: Operation = {
  value: Math.log,
  inherited: (x, ex) => logSpread(x, ex),
  own: (_, x, ex) => logError(x) + 5 * ULP * logSpread(x, ex),
};

function logSpread(x: number, error: number): number {
  return error < x ? -Math.log1p(-error / x) : Number.POSITIVE_INFINITY;
}

/** `log2(x)`, as `log`, or `log(x)·log2 e`. */
const log2Error = (x: number) => logError(x) * Math.LOG2E;
const LOG2: Operation = {
  value: Math.log2,
  inherited: (x, ex) => logSpread(x, ex) * Math.LOG2E,
  own: (_, x, ex) => log2Error(x) + 5 * ULP * logSpread(x, ex),
};

/** `exp2(y·log2(x))`, from which WGSL inherits `pow(x, y)`; and 0 to a positive power is 0. */
const POW: Operation = {
  value: (x, y) => x ** y,
  inherited(x, ex, y, ey, value) {
    const least = Math.max(x - ex, 0);
    const ends = [least ** (y - ey), least ** (y + ey), (x + ex) ** (y - ey), (x + ex) ** (y + ey)];
    return Math.max(...ends.map((end) => Math.abs(end - value)));
  },
  own(magnitude, x, ex, y, ey) {
    const base = x > ex ? x - ex : x + ex;
    if (base === 0 || magnitude === 0) return 0;
    const power = (Math.abs(y) + ey) * Math.max(Math.abs(Math.log2(base)), Math.abs(Math.log2(x + ex)));
    const argument = (Math.abs(y) + ey) * log2Error(base) + power * ULP;
    return magnitude * (Math.expm1(argument * Math.LN2) + Math.expm1(exp2Error(power)));
  },
};

/** The absolute error that WGSL allows `tanh`, unless it is inherited from `sinh(x) / cosh(x)`. */
const TANH_ERROR = 1e-5;
/** A quotient of sums of two exponentials, each as `exp` leaves them; the halves cancel. */
const TANH: Operation = {
  value: Math.tanh,
  inherited: (x, ex) => ex * steepestTanh(x, ex),
  own: (_, x) => Math.max(TANH_ERROR, 2 * expError(Math.min(Math.abs(x), EXP_RANGE)) + DIVISION + 4 * ULP),
};

function steepestTanh(x: number, error: number): number {
  return 1 - Math.tanh(Math.max(Math.abs(x) - error, 0)) ** 2;
}

/**
 * `1 / (1 + exp(-x))`, its mirror image for negative arguments, or `0.5 + 0.5·tanh(x/2)`. Where the exponential
 * overflows, or underflows, the result is within a subnormal number of 0 or 1.
 */
const SIGMOID: Operation = {
  value: (x) => 1 / (1 + Math.exp(-x)),
  inherited: (x, ex) => Math.min(1, ex * steepestTanh(x / 2, ex / 2) * 0.25),
  own(magnitude, x, ex) {
    const size = Math.min(Math.abs(x) + ex, EXP_RANGE);
    const byExp = magnitude * (expError(size) + DIVISION + 3 * ULP);
    const byTanh = 0.5 * Math.max(TANH_ERROR, 2 * expError(size / 2) + DIVISION + 4 * ULP) + 2 * ULP;
    return Math.max(byExp, byTanh);
  },
};

/** `a·(1 - a)`, or `a - a²`, of which the square is rounded before it cancels. */
const SIGMOID_SLOPE: Operation = {
  value: (a) => a * (1 - a),
  inherited: (a, ea) => ea * (Math.abs(1 - 2 * a) + ea),
  own: (magnitude, a, ea) => (2 * magnitude + (Math.abs(a) + ea) ** 2) * ULP,
};

/**
 * `log(1 + exp(x))`, or `max(x, 0) + log(1 + exp(-|x|))`: the exponential's error reaches the logarithm times the
 * sigmoid, that of `1 + …` as it is. Below zero no form beats the absolute error of a logarithm near 1.
 */
const SOFTPLUS: Operation = {
  value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  inherited: (_, ex) => ex,
  own(magnitude, x, ex) {
    const share = Math.min(1, Math.exp(x + ex));
    const size = Math.min(Math.abs(x) + ex, EXP_RANGE);
    return share * expError(size) + 2 * ULP + logError(1 + Math.exp(Math.min(x + ex, EXP_RANGE))) + magnitude * ULP;
  },
};

/** WGSL has no erf: kernels may use an approximation of Φ that is off by this. */
const CDF_ERROR = 1e-6;
const DENSITY_AT_0 = 1 / Math.sqrt(2 * Math.PI);
const NORMAL_CDF: Operation = {
  value: cdf,
  inherited: (x, ex) => ex * DENSITY_AT_0 * Math.exp(-(Math.max(Math.abs(x) - ex, 0) ** 2) / 2),
  own: () => CDF_ERROR,
};

/** `sin(x)` and `cos(x)`: absolute error 2⁻¹¹ for x in [-π, π]; nothing is promised outside. */
const trigonometric = (value: (x: number) => number): Operation => ({
  value,
  inherited: (_, ex) => ex,
  own: (_, x, ex) => (Math.abs(x) + ex <= Math.PI ? 2 ** -11 : Number.POSITIVE_INFINITY),
});
const SIN = trigonometric(Math.sin);
const COS = trigonometric(Math.cos);

/** `exp(x - shift)`, also as `exp2` of products with log2 e that are subtracted after they have grown. */
const EXP_DIFFERENCE: Operation = {
  value: (x, shift) => Math.exp(x - shift),
  inherited: (x, ex, shift, es, value) => spread(x - shift, ex + es + differenceError(x, shift), value),
  own(magnitude, x, ex, shift, es) {
    const argument = Math.abs(x - shift) + ex + es;
    return magnitude < MIN_NORMAL ? 0 : magnitude * Math.expm1(expError(argument));
  },
};

/** Roundings of `x - shift`, if either may have been multiplied by log2 e before. */
export function differenceError(x: number, shift: number): number {
  return (Math.abs(x) + Math.abs(shift) + Math.abs(x - shift)) * ULP;
}

export const exp = (x: Vector) => unary(EXP, x);
export const exp2 = (x: Vector) => unary(EXP2, x);
export const log = (x: Vector) => unary(LOG, x);
export const log2 = (x: Vector) => unary(LOG2, x);
/** For bases that are not negative. */
export const pow = (x: Vector, y: Operand) => binary(POW, x, y);
export const tanh = (x: Vector) => unary(TANH, x);
export const sigmoid = (x: Vector) => unary(SIGMOID, x);
/** The slope of the sigmoid where its value is `a`. */
export const sigmoidSlope = (a: Vector) => unary(SIGMOID_SLOPE, a);
export const silu = (x: Vector) => mul(x, sigmoid(x));
export const softplus = (x: Vector) => unary(SOFTPLUS, x);
export const logSigmoid = (x: Vector) => neg(softplus(neg(x)));
export const normalCdf = (x: Vector) => unary(NORMAL_CDF, x);
export const erf = (x: Vector) => add(mul(normalCdf(mul(x, Math.SQRT2)), 2), -1);
export const sin = (x: Vector) => unary(SIN, x);
export const cos = (x: Vector) => unary(COS, x);
export const expDifference = (x: Vector, shift: Operand) => binary(EXP_DIFFERENCE, x, shift);
export const relu = (x: Vector) => max(x, 0);
