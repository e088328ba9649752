import { expect, test } from "vitest";
import task from "../kernels/attention/multi-head-attention/task.ts";
import type { MultiHeadShape } from "./multi-head-attention.ts";
import { evaluate, type Shape, type Tensors } from "./oracle.ts";
import { Random } from "./random.ts";

const f = Math.fround;
const NAMES = ["x", "wq", "wk", "wv", "wo", "bq", "bk", "bv", "bo"];

function estimate(shape: Shape<MultiHeadShape>, causal: number, inputs: Tensors) {
  const size = shape.tokens * shape.model;
  return evaluate(task.oracle, { shape, params: { causal }, inputs }, { out: size }).out!;
}

function draw(random: Random, { tokens, model }: Shape<MultiHeadShape>): Record<string, Float32Array> {
  const tensor = (name: string) => {
    if (name === "x") return random.f32(tokens * model, () => random.normal(0.3, 1));
    if (name.startsWith("b")) return random.f32(model, () => random.normal());
    return random.f32(model * model, () => random.normal(0, 1.4 / Math.sqrt(model)));
  };
  return Object.fromEntries(NAMES.map((name) => [name, tensor(name)]));
}

/** In f32, every operation rounded to nearest, every sum in the order of indices that `order` returns. */
function inF32(
  { tokens, model, heads }: Shape<MultiHeadShape>,
  inputs: Record<string, Float32Array>,
  order: (count: number) => number[],
): Float32Array {
  const dim = model / heads;
  const sum = (count: number, term: (index: number) => number) =>
    order(count).reduce((total, index) => f(total + f(term(index))), 0);
  const project = (rows: Float32Array, name: string) =>
    Float32Array.from({ length: tokens * model }, (_, at) => {
      const o = at % model;
      const row = at - o;
      return f(sum(model, (i) => inputs[`w${name}`]![o * model + i]! * rows[row + i]!) + inputs[`b${name}`]![o]!);
    });
  const [q, k, v] = ["q", "k", "v"].map((name) => project(inputs.x!, name)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const attended = new Float32Array(tokens * model);
  const scale = f(1 / f(Math.sqrt(dim)));
  for (let token = 0; token < tokens; token++) {
    for (let at = 0; at < model; at += dim) {
      const scores = Array.from({ length: tokens }, (_, key) =>
        f(sum(dim, (d) => q[token * model + at + d]! * k[key * model + at + d]!) * scale),
      );
      const maximum = Math.max(...scores);
      const weights = scores.map((score) => f(Math.exp(f(score - maximum))));
      const total = sum(tokens, (key) => weights[key]!);
      for (let d = 0; d < dim; d++) {
        attended[token * model + at + d] = sum(tokens, (key) => weights[key]! * v[key * model + at + d]!) / total;
      }
    }
  }
  return project(attended, "o");
}

test("the bound admits f32 arithmetic in either order, and is tight somewhere", () => {
  const random = new Random("multi-head bound");
  const forwards = (count: number) => Array.from({ length: count }, (_, index) => index);
  let largest = 0;
  for (let trial = 0; trial < 200; trial++) {
    const heads = random.integer(1, 3);
    const shape = { tokens: random.integer(1, 6), model: heads * random.integer(1, 4), heads };
    const inputs = draw(random, shape);
    const { expected, bound } = estimate(shape, 0, inputs);
    for (const order of [forwards, (count: number) => forwards(count).reverse()]) {
      inF32(shape, inputs, order).forEach((value, element) => {
        largest = Math.max(largest, Math.abs(value - expected[element]!) / bound[element]!);
      });
    }
  }
  expect(largest).toBeLessThan(0.8);
  expect(largest).toBeGreaterThan(0.02);
});

test("with causal = 1, neither a token nor its bound depends on later tokens", () => {
  const shape = { tokens: 5, model: 6, heads: 2 };
  const inputs = draw(new Random("causal"), shape);
  const before = estimate(shape, 1, inputs);
  inputs.x!.fill(9, 4 * 6);
  const after = estimate(shape, 1, inputs);
  expect(after.expected.subarray(0, 24)).toEqual(before.expected.subarray(0, 24));
  expect(after.bound.subarray(0, 24)).toEqual(before.bound.subarray(0, 24));
  expect(after.expected[29]).not.toBe(before.expected[29]);
});
