import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import attention from "../kernels/attention/attention/task.ts";
import flashAttention from "../kernels/attention/flash-attention/task.ts";
import { type AttentionRow, attend, attentionRow, scoreFactor } from "./attention.ts";
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

/** A single row: `keys` keys, then their values, of `dim` elements each. */
function drawRow(random: Random, keys: number, dim: number, spread: number) {
  const row: AttentionRow = { dim, keys, qAt: 0, kAt: 0, kStride: dim, vAt: 0, vStride: dim };
  const q = random.f32(dim, () => random.normal(0.3, spread));
  const k = random.f32(keys * dim, () => random.normal(0.3, spread));
  const v = random.f32(keys * dim, () => random.normal(0.5, 1));
  return { row, operands: { q, k, v } };
}

type Operands = Parameters<typeof attentionRow>[0];

function byHand(operands: Operands, row: AttentionRow) {
  const into = { expected: new Float64Array(row.dim), bound: new Float64Array(row.dim) };
  attentionRow(operands, row, into, 0);
  return into;
}

function derived({ q, k, v, qError, kError, vError }: Operands, { dim }: AttentionRow) {
  const vector = (values: ArrayLike<number>, errors: ArrayLike<number> | undefined) =>
    errors === undefined ? bounded(values) : new Vector(Float64Array.from(values), Float64Array.from(errors));
  const factor = scoreFactor(bounded([dim]));
  const { values, errors } = attend(vector(q, qError), vector(k, kError), vector(v, vError), factor);
  return { expected: values, bound: errors! };
}

/** Online attention with the maximum error that WGSL allows in every operation, in the direction of `sign`. */
function sloppyAttention(
  { q, k, v }: { q: Float32Array; k: Float32Array; v: Float32Array },
  { dim, keys }: AttentionRow,
  sign: () => number,
): Float64Array {
  const round = (x: number) => x * (1 + sign() * ULP);
  const exp = (x: number) => Math.exp(x) * (1 + sign() * expError(x));
  const out = new Float64Array(dim);
  let maximum = -1e30;
  let sum = 0;
  for (let key = 0; key < keys; key++) {
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

describe.each([
  ["by hand", byHand],
  ["derived", derived],
])("the bound of an attention row, %s", (_name, estimateOf) => {
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
      const { row, operands } = drawRow(random, random.integer(1, 60), random.integer(1, 40), random.uniform(0.1, 4));
      const { expected, bound } = estimateOf(operands, row);
      const got = sloppyAttention(operands, row, direction(random));
      for (let d = 0; d < row.dim; d++)
        largestShare = Math.max(largestShare, Math.abs(got[d]! - expected[d]!) / bound[d]!);
    }
    expect(largestShare).toBeLessThan(1);
    expect(largestShare).toBeGreaterThan(0.01);
  });

  test("admits operands with their stated errors", () => {
    for (let trial = 0; trial < 40; trial++) {
      const random = new Random("operands", trial);
      const { row, operands } = drawRow(random, random.integer(1, 30), random.integer(1, 20), 1);
      const size = 10 ** random.uniform(-6, -2);
      const errorsOf = (values: Float32Array) => Float64Array.from(values, () => random.uniform(0, size));
      const errors = { qError: errorsOf(operands.q), kError: errorsOf(operands.k), vError: errorsOf(operands.v) };
      const { expected, bound } = estimateOf({ ...operands, ...errors }, row);
      const shifted = (values: Float32Array, error: Float64Array) =>
        Float64Array.from(values, (value, index) => value + random.pick([-1, 1]) * error[index]!);
      const perturbed = {
        q: shifted(operands.q, errors.qError),
        k: shifted(operands.k, errors.kError),
        v: shifted(operands.v, errors.vError),
      };
      const got = estimateOf(perturbed, row).expected;
      for (let d = 0; d < row.dim; d++) expect(Math.abs(got[d]! - expected[d]!)).toBeLessThan(bound[d]!);
    }
  });
});
