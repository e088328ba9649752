import * as fc from "fast-check";
import { normalCdf } from "../../reference/bounded/erf.ts";
import * as b from "../../reference/bounded.ts";
import type { HostileF32 } from "./hostile-f32.ts";

type Numbers = readonly number[];

/** One expression, in the arithmetic of references and in that of a hostile f32 processor. */
export interface Expression {
  readonly text: string;
  readonly ofReference: (inputs: readonly b.Vector[]) => b.Vector;
  readonly ofKernel: (inputs: readonly Numbers[], f32: HostileF32) => Numbers;
}

interface Function1 {
  readonly name: string;
  readonly reference: (x: b.Vector) => b.Vector;
  readonly kernel: (f32: HostileF32, x: Numbers) => Numbers;
}

interface Function2 {
  readonly name: string;
  readonly reference: (x: b.Vector, y: b.Vector) => b.Vector;
  readonly kernel: (f32: HostileF32, x: Numbers, y: Numbers) => Numbers;
}

const each = (
  name: string,
  reference: Function1["reference"],
  kernel: (f32: HostileF32, x: number) => number,
): Function1 => ({ name, reference, kernel: (f32, x) => x.map((value) => kernel(f32, value)) });

const pairs = (
  name: string,
  reference: Function2["reference"],
  kernel: (f32: HostileF32, x: number, y: number) => number,
): Function2 => ({
  name,
  reference,
  kernel: (f32, x, y) => {
    const count = Math.max(x.length, y.length);
    return Array.from({ length: count }, (_, i) => kernel(f32, x[x.length === 1 ? 0 : i]!, y[y.length === 1 ? 0 : i]!));
  },
});

/** Arguments are brought to where functions are defined, as kernels would do it. */
const UNARY: readonly Function1[] = [
  each("neg", b.neg, (_, x) => -x),
  each("abs", b.abs, (_, x) => Math.abs(x)),
  each("square", b.square, (f32, x) => f32.mul(x, x)),
  each(
    "sqrt1",
    (x) => b.sqrt(b.add(b.abs(x), 1)),
    (f32, x) => f32.sqrt(f32.add(Math.abs(x), 1)),
  ),
  each(
    "rsqrt1",
    (x) => b.rsqrt(b.add(b.square(x), 0.5)),
    (f32, x) => f32.rsqrt(f32.fma(x, x, 0.5)),
  ),
  each(
    "exp",
    (x) => b.exp(b.clamp(x, -80, 20)),
    (f32, x) => f32.exp(Math.min(Math.max(x, -80), 20)),
  ),
  each(
    "exp2",
    (x) => b.exp2(b.clamp(x, -80, 20)),
    (f32, x) => f32.exp2(Math.min(Math.max(x, -80), 20)),
  ),
  each(
    "log1",
    (x) => b.log(b.add(b.abs(x), 0.25)),
    (f32, x) => f32.log(f32.add(Math.abs(x), 0.25)),
  ),
  each(
    "log2",
    (x) => b.log2(b.add(b.abs(x), 0.25)),
    (f32, x) => f32.log2(f32.add(Math.abs(x), 0.25)),
  ),
  each(
    "pow",
    (x) => b.pow(b.add(b.abs(x), 0.5), 2.5),
    (f32, x) => f32.pow(f32.add(Math.abs(x), 0.5), 2.5),
  ),
  each("tanh", b.tanh, (f32, x) => f32.tanh(x)),
  each("sigmoid", b.sigmoid, (f32, x) => f32.sigmoid(x)),
  each("silu", b.silu, (f32, x) => f32.mul(x, f32.sigmoid(x))),
  each("softplus", b.softplus, (f32, x) => f32.softplus(x)),
  each("normalCdf", b.normalCdf, (f32, x) => f32.normalCdf(normalCdf(x))),
  each("floor", b.floor, (_, x) => Math.floor(x)),
  each(
    "leaky",
    (x) => b.choose(x, 0, { less: b.mul(x, 0.125), greater: x }),
    (f32, x) => (x > 0 ? x : f32.mul(x, 0.125)),
  ),
  { name: "sum", reference: (x) => b.sum(x), kernel: (f32, x) => [f32.sum(x)] },
  { name: "mean", reference: (x) => b.mean(x), kernel: (f32, x) => [f32.div(f32.sum(x), x.length)] },
  { name: "maximum", reference: b.maximum, kernel: (_, x) => [Math.max(...x)] },
  { name: "softmax", reference: b.softmax, kernel: (f32, x) => f32.softmax(x) },
  { name: "shifted", reference: (x) => b.expDifference(x, b.maximum(x)), kernel: (f32, x) => f32.shifted(x) },
  { name: "logSumExp", reference: b.logSumExp, kernel: (f32, x) => [f32.logSumExp(x)] },
];

const BINARY: readonly Function2[] = [
  pairs("add", b.add, (f32, x, y) => f32.add(x, y)),
  pairs("sub", b.sub, (f32, x, y) => f32.sub(x, y)),
  pairs("mul", b.mul, (f32, x, y) => f32.mul(x, y)),
  pairs(
    "div1",
    (x, y) => b.div(x, b.add(b.abs(y), 0.5)),
    (f32, x, y) => f32.div(x, f32.add(Math.abs(y), 0.5)),
  ),
  pairs("max", b.max, (_, x, y) => Math.max(x, y)),
  pairs("min", b.min, (_, x, y) => Math.min(x, y)),
  {
    name: "dot",
    reference: (x, y) => b.dot(x, y),
    kernel: (f32, x, y) => {
      const count = Math.max(x.length, y.length);
      const long = (of: Numbers) => Array.from({ length: count }, (_, i) => of[of.length === 1 ? 0 : i]!);
      return [f32.dot(long(x), long(y))];
    },
  },
];

const INPUTS = 2;

const leaf = (index: number): Expression => ({
  text: `x${index}`,
  ofReference: (inputs) => inputs[index]!,
  ofKernel: (inputs) => inputs[index]!,
});

const applied1 = ([{ name, reference, kernel }, x]: [Function1, Expression]): Expression => ({
  text: `${name}(${x.text})`,
  ofReference: (inputs) => reference(x.ofReference(inputs)),
  ofKernel: (inputs, f32) => kernel(f32, x.ofKernel(inputs, f32)),
});

const applied2 = ([{ name, reference, kernel }, x, y]: [Function2, Expression, Expression]): Expression => ({
  text: `${name}(${x.text}, ${y.text})`,
  ofReference: (inputs) => reference(x.ofReference(inputs), y.ofReference(inputs)),
  ofKernel: (inputs, f32) => kernel(f32, x.ofKernel(inputs, f32), y.ofKernel(inputs, f32)),
});

/** Expressions of up to some ten operations. */
export const expressions: fc.Arbitrary<Expression> = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, depthSize: "large" },
    fc.integer({ min: 0, max: INPUTS - 1 }).map(leaf),
    fc.tuple(fc.constantFrom(...UNARY), tie("expression")).map(applied1),
    fc.tuple(fc.constantFrom(...BINARY), tie("expression"), tie("expression")).map(applied2),
  ),
})).expression;

const f32Between = (least: number, most: number) =>
  fc.float({ min: Math.fround(least), max: Math.fround(most), noNaN: true, noDefaultInfinity: true });

/** Two vectors of the same length: of usual numbers, of any size, or of nearly equal ones. */
export const inputs: fc.Arbitrary<readonly Numbers[]> = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.constantFrom([-3, 3], [-100, 100], [999, 1001], [-1e-3, 1e-3]))
  .chain(([length, [least, most]]) =>
    fc.array(fc.array(f32Between(least!, most!), { minLength: length, maxLength: length }), {
      minLength: INPUTS,
      maxLength: INPUTS,
    }),
  );
