import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { gqaDecode } from "./gqa-decode.ts";
import { evaluate } from "./oracle.ts";
import { Random } from "./random.ts";

describe("gqa-decode agrees with the golden vectors", () => {
  test.each([0, 1])("gqa-decode-%i", (index) => {
    const golden = JSON.parse(readFileSync(new URL(`./golden/gqa-decode-${index}.json`, import.meta.url), "utf8"));
    const { q, k_cache, v_cache, lengths } = golden.inputs;
    const inputs = {
      q: Float32Array.from(q),
      k_cache: Float32Array.from(k_cache),
      v_cache: Float32Array.from(v_cache),
      lengths: Uint32Array.from(lengths),
    };
    const wanted: number[] = golden.outputs.out;
    const { out } = evaluate(gqaDecode, { shape: golden.shape, params: {}, inputs }, { out: wanted.length });
    out!.expected.forEach((value, element) => {
      const size = Math.max(Math.abs(wanted[element]!), 1e-300);
      expect(Math.abs(value - wanted[element]!)).toBeLessThanOrEqual(1e-12 * size);
      expect(out!.bound[element]).toBeGreaterThan(0);
      expect(out!.bound[element]).toBeLessThan(1e-3);
    });
  });
});

test("positions past a sequence's length change neither value nor bound", () => {
  const shape = { batch: 2, q_heads: 4, kv_heads: 2, context: 5, dim: 3 };
  const random = new Random("past the length");
  const q = random.f32(2 * 4 * 3, () => random.normal());
  const lengths = Uint32Array.of(1, 4);
  const k = random.f32(2 * 2 * 5 * 3, () => random.normal());
  const v = random.f32(2 * 2 * 5 * 3, () => random.normal());
  const withGarbage = (cache: Float32Array) =>
    cache.map((value, at) => (Math.floor(at / 3) % 5 < lengths[Math.floor(at / 30)]! ? value : 1e30));
  const run = (k_cache: Float32Array, v_cache: Float32Array) =>
    evaluate(gqaDecode, { shape, params: {}, inputs: { q, k_cache, v_cache, lengths } }, { out: 24 });
  expect(run(withGarbage(k), withGarbage(v))).toEqual(run(k, v));
});

test("a cache of one position returns that position's value", () => {
  const shape = { batch: 1, q_heads: 2, kv_heads: 1, context: 2, dim: 2 };
  const inputs = {
    q: Float32Array.of(1, 2, 3, 4),
    k_cache: Float32Array.of(5, 6, 7, 8),
    v_cache: Float32Array.of(9, 10, 11, 12),
    lengths: Uint32Array.of(1),
  };
  const { out } = evaluate(gqaDecode, { shape, params: {}, inputs }, { out: 4 });
  expect([...out!.expected]).toEqual([9, 10, 9, 10]);
});
