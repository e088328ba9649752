import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import attention from "../kernels/attention/attention/task.ts";
import flashAttention from "../kernels/attention/flash-attention/task.ts";
import { attend, scoreFactor } from "./attention.ts";
import { bounded, Vector } from "./bounded.ts";
import { evaluate } from "./oracle.ts";
import { Random } from "./random.ts";
import { expError, ULP } from "./rounding.ts";

const GOLDEN = [attention, flashAttention].flatMap((task) =>
  [0, 1, 2].map((index) => [`${task.spec.name}-${index}`, task] as const),
);

describe("attention agrees with the golden vectors", () => {
  test.each(GOLDEN)("%s", (name, task) => {
    const golden = JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), "utf8"));
    const inputs = Object.fromEntries(
      Object.entries<number[]>(golden.inputs).map(([tensor, values]) => [tensor, Float32Array.from(values)]),
    );
    const { out } = evaluate(
      task.oracle,
      { shape: golden.shape, params: golden.params, inputs },
      { out: golden.outputs.out.length },
    );
    out!.expected.forEach((value, index) => {
      const wanted = golden.outputs.out[index];
      expect(Math.abs(value - wanted) / Math.max(Math.abs(wanted), 1e-300)).toBeLessThan(1e-12);
      expect(out!.bound[index]).toBeGreaterThan(0);
      expect(out!.bound[index]).toBeLessThan(1e-2);
    });
  });
});

interface Operands {
  readonly q: Float32Array;
  readonly k: Float32Array;
  readonly v: Float32Array;
}

/** One query, and keys and values of as many elements each. */
function drawRow(random: Random, keys: number, dim: number, spread: number): Operands {
  return {
    q: random.f32(dim, () => random.normal(0.3, spread)),
    k: random.f32(keys * dim, () => random.normal(0.3, spread)),
    v: random.f32(keys * dim, () => random.normal(0.5, 1)),
  };
}

function estimateOf(q: Vector, k: Vector, v: Vector) {
  const { values, errors } = attend(q, k, v, scoreFactor(bounded([q.length])));
  return { expected: values, bound: errors! };
}

/** Online attention with the maximum error that WGSL allows in every operation, in the direction of `sign`. */
function sloppyAttention({ q, k, v }: Operands, sign: () => number): Float64Array {
  const dim = q.length;
  const round = (x: number) => x * (1 + sign() * ULP);
  const exp = (x: number) => Math.exp(x) * (1 + sign() * expError(x));
  const out = new Float64Array(dim);
  let maximum = -1e30;
  let sum = 0;
  for (let key = 0; key < k.length / dim; key++) {
    let dot = 0;
    for (let d = 0; d < dim; d++) dot = round(dot + round(q[d]! * k[key * dim + d]!));
    const score = round(dot * (1 / Math.sqrt(dim)) * (1 + sign() * 7 * ULP));
    const larger = Math.max(maximum, score);
    const rescale = exp(round(maximum - larger));
    const weight = exp(round(score - larger));
    sum = round(round(sum * rescale) + weight);
    for (let d = 0; d < dim; d++) out[d] = round(round(out[d]! * rescale) + round(weight * v[key * dim + d]!));
    maximum = larger;
  }
  return out.map((value) => (value / sum) * (1 + sign() * 2.5 * ULP));
}

describe("the bound of an attention row", () => {
  const signs: Record<string, (random: Random) => () => number> = {
    "always up": () => () => 1,
    "always down": () => () => -1,
    "at random": (random) => () => random.pick([-1, 1]),
    alternating: () => {
      let sign = 1;
      return () => {
        sign = -sign;
        return sign;
      };
    },
  };

  test.each(Object.entries(signs))("admits the largest errors that WGSL allows, %s", (name, direction) => {
    let largestShare = 0;
    for (let trial = 0; trial < 40; trial++) {
      const random = new Random(name, trial);
      const operands = drawRow(random, random.integer(1, 60), random.integer(1, 40), random.uniform(0.1, 4));
      const { expected, bound } = estimateOf(bounded(operands.q), bounded(operands.k), bounded(operands.v));
      sloppyAttention(operands, direction(random)).forEach((value, d) => {
        largestShare = Math.max(largestShare, Math.abs(value - expected[d]!) / bound[d]!);
      });
    }
    expect(largestShare).toBeLessThan(1);
    expect(largestShare).toBeGreaterThan(0.01);
  });

  test("admits operands with their stated errors", () => {
    for (let trial = 0; trial < 40; trial++) {
      const random = new Random("operands", trial);
      const { q, k, v } = drawRow(random, random.integer(1, 30), random.integer(1, 20), 1);
      const size = 10 ** random.uniform(-6, -2);
      const inexact = (values: Float32Array) =>
        new Vector(
          Float64Array.from(values),
          Float64Array.from(values, () => random.uniform(0, size)),
        );
      const operands = [inexact(q), inexact(k), inexact(v)] as const;
      const perturbed = ({ values, errors }: Vector) =>
        bounded(values.map((value, index) => value + random.pick([-1, 1]) * errors![index]!));
      const { expected, bound } = estimateOf(...operands);
      const [otherQ, otherK, otherV] = operands.map(perturbed);
      estimateOf(otherQ!, otherK!, otherV!).expected.forEach((value, d) => {
        expect(Math.abs(value - expected[d]!)).toBeLessThan(bound[d]!);
      });
    }
  });
});
