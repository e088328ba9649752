import { atMost, finite, multiple } from "../../../harness/task/constraints.ts";
import type { TaskSpec } from "../../../harness/task/task.ts";
import type { GqaDecodeShape } from "../../../reference/gqa-decode.ts";
import type { Problem } from "../../../reference/oracle.ts";
import { MOST_SCORE, MOST_VALUE, scoreOf } from "../score-geometry.ts";

const EVERY_KIND = ["plain", "stale-cache", "short-caches", "large-scores", "towering", "spikes", "steep", "ramp"];

export const spec: TaskSpec<GqaDecodeShape, never> = {
  name: "gqa-decode",
  family: "attention",
  title: "Decoding with grouped-query attention",
  statement: `In each of \`batch\` sequences, one new token attends to the keys and values cached so far. Each key/value head serves a
group of \`q_heads / kv_heads\` consecutive query heads: query head \`h\` reads
key/value head \`g = floor(h / (q_heads / kv_heads))\`.

    s[j]       = sum over d of q[b,h,d] * k_cache[b,g,j,d] / sqrt(dim)        for j < lengths[b]
    p[j]       = exp(s[j] - max of s) / sum over j of exp(s[j] - max of s)
    out[b,h,d] = sum over j < lengths[b] of p[j] * v_cache[b,g,j,d]

Every sequence has room for \`context\` positions; only the first \`lengths[b]\` are valid, at least one and at most all.
The others hold garbage, finite but possibly huge, which must not reach the result. All tensors are row-major, the
last index fastest; \`q_heads\` is a multiple of \`kv_heads\`, \`dim\` is at most 256, and other sizes need not be multiples
of anything. Scores reach ${MOST_SCORE} in magnitude: subtract the maximum before \`exp\`.`,
  hints: [
    "Three passes are enough for a correct kernel: one invocation per score, one per row's softmax, one per output.",
    "End every loop over positions at lengths[b]: garbage is then never read, and no mask is needed.",
    "Use key/value head h / (q_heads / kv_heads), not h % kv_heads: consecutive query heads share one.",
    "Let the query heads of a group work together, so that the cache is read once for all of them: reading it takes most of the time.",
    "Split the positions into parts, one workgroup per part, and join the parts' maxima, sums and weighted values in a second pass (Flash-Decoding: Dao and others, 2023): a single token offers little parallel work.",
  ],
  shape: {
    batch: "sequences, each with one new token",
    q_heads: "query heads",
    kv_heads: "key/value heads; q_heads is a multiple of it",
    context: "capacity of each sequence's cache, in positions",
    dim: "elements of a query, a key or a value",
  },
  params: {},
  inputs: [
    { name: "q", type: "f32", dims: ["batch", "q_heads", "dim"], about: "queries of the new tokens" },
    { name: "k_cache", type: "f32", dims: ["batch", "kv_heads", "context", "dim"], about: "keys, then garbage" },
    { name: "v_cache", type: "f32", dims: ["batch", "kv_heads", "context", "dim"], about: "values, then garbage" },
    { name: "lengths", type: "u32", dims: ["batch"], about: "valid positions of each sequence" },
  ],
  outputs: [
    {
      name: "out",
      type: "f32",
      dims: ["batch", "q_heads", "dim"],
      about: "for each query, the weighted mean of values",
    },
  ],
  ranges: [
    { of: "scores of valid positions, `s`", least: -MOST_SCORE, most: MOST_SCORE, values: countingScores },
    { of: "values at valid positions", least: -MOST_VALUE, most: MOST_VALUE, values: countingValues },
  ],
  constraints: [
    multiple("q_heads", "kv_heads"),
    {
      sentence: "Each of `lengths` is from 1 to `context`.",
      of: "inputs",
      holds: ({ shape, inputs }) => inputs.lengths!.every((length) => length >= 1 && length <= shape.context),
    },
    atMost("dim", 256),
    finite,
  ],
  checks: [
    check("tiny", [1, 1, 1, 1, 1]),
    check("tiny", [2, 2, 1, 3, 2]),
    check("odd sizes", [3, 6, 2, 13, 5], EVERY_KIND),
    check("odd sizes", [5, 9, 3, 97, 31]),
    check("around a tile", [2, 128, 2, 17, 64]),
    check("around a tile", [2, 2, 2, 256, 63]),
    check("around a tile", [4, 10, 2, 65, 15], EVERY_KIND),
    check("around a tile", [4, 27, 3, 513, 16], ["plain", "large-scores", "towering", "steep"]),
    check("wide heads", [2, 4, 2, 13, 256]),
    check("long caches", [2, 2, 1, 8209, 4], ["plain", "stale-cache", "spikes", "ramp"]),
    check("many rows", [1025, 64, 64, 3, 1]),
  ],
  drawShape(random) {
    const kv_heads = random.integer(1, 4);
    const q_heads = kv_heads * random.integer(1, 6);
    const [batch, context, dim] = [random.integer(1, 4), random.integer(2, 300), random.integer(2, 80)];
    return { shape: { batch, q_heads, kv_heads, context, dim }, params: {} };
  },
  measures: [
    { name: "small", shape: { batch: 2, q_heads: 8, kv_heads: 2, context: 256, dim: 64 }, params: {} },
    { name: "medium", shape: { batch: 4, q_heads: 16, kv_heads: 4, context: 1024, dim: 64 }, params: {} },
    { name: "large", shape: { batch: 8, q_heads: 32, kv_heads: 8, context: 4096, dim: 64 }, params: {} },
  ],
  // Four copies of the scores, or partial results of 64 parts of the cache.
  scratchLimitBytes: ({ batch, q_heads, context, dim }) => 4 * batch * q_heads * (4 * context + 64 * (dim + 2)),
  // Lengths are data; plain data fills about half of the caches or more.
  flops: ({ batch, q_heads, context, dim }) => batch * q_heads * Math.ceil(context / 2) * (4 * dim + 5),
};

function countingScores({ shape, inputs }: Problem<GqaDecodeShape, never>): Float64Array {
  const { batch, q_heads, kv_heads, context, dim } = shape;
  const scores: number[] = [];
  for (let row = 0; row < batch * q_heads; row++) {
    const cacheAt = Math.floor(row / (q_heads / kv_heads)) * context;
    for (let position = 0; position < inputs.lengths![Math.floor(row / q_heads)]!; position++) {
      scores.push(scoreOf(inputs.q!, row * dim, inputs.k_cache!, (cacheAt + position) * dim, dim));
    }
  }
  return Float64Array.from(scores);
}

function countingValues({ shape, inputs }: Problem<GqaDecodeShape, never>): Float32Array {
  const { kv_heads, context, dim } = shape;
  const cacheSize = context * dim;
  return (inputs.v_cache as Float32Array).filter((_, at) => {
    const length = inputs.lengths![Math.floor(at / cacheSize / kv_heads)]!;
    return at % cacheSize < length * dim;
  });
}

function check(
  group: string,
  [batch, q_heads, kv_heads, context, dim]: readonly [number, number, number, number, number],
  data: readonly string[] = ["plain"],
) {
  return { shape: { batch, q_heads, kv_heads, context, dim }, params: {}, group, data };
}
