import { expect, test } from "vitest";
import task from "../kernels/attention/gqa-decode/task.ts";
import { evaluate } from "./oracle.ts";
import { Random } from "./random.ts";

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
    evaluate(task.oracle, { shape, params: {}, inputs: { q, k_cache, v_cache, lengths } }, { out: 24 });
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
  const { out } = evaluate(task.oracle, { shape, params: {}, inputs }, { out: 4 });
  expect([...out!.expected]).toEqual([9, 10, 9, 10]);
});
