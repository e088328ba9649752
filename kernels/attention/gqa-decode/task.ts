import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { atMost, multiple } from "../../../harness/task/constraints.ts";
import type { Edit } from "../../../harness/task/kernel-change.ts";
import { mistakes, UNKNOWN } from "../../../harness/task/mistake-library.ts";
import {
  atEnds,
  type DrawHead,
  type Element,
  type Head,
  headwise,
  MOST_SCORE,
  MOST_VALUE,
  plainHead,
  scoreKinds,
  seenScores,
} from "../../../harness/task/score-data.ts";
import { scoreMistakes, tileMistakes } from "../../../harness/task/score-mistakes.ts";
import { attend, scoreFactor } from "../../../reference/attention.ts";
import type { Vector } from "../../../reference/bounded.ts";
import type { Problem, Shape } from "../../../reference/oracle.ts";
import type { Random } from "../../../reference/random.ts";
import { storedScores } from "../attention-mistakes.ts";
import { type GqaDecodeShape, plain } from "./plain.ts";
import starter from "./starter.wgsl";
import { tuned } from "./tuned.ts";

/** The length of a sequence's cache. */
type Length = (random: Random, shape: Shape<GqaDecodeShape>, sequence: number) => number;

/**
 * Lengths from half of the context to all of it. After the first sequence always come a full cache, one that lacks a
 * position, and one of a single position. A lone sequence has at least two positions, so its output does not copy a
 * value.
 */
const variousLength: Length = (random, { context }, sequence) =>
  [undefined, context, Math.max(1, context - 1), 1][sequence] ??
  random.integer(Math.min(context, Math.max(2, Math.ceil(context / 2))), context);

const shortLength: Length = (_random, { context }, sequence) => Math.min(context, 1 + ((sequence + 1) % 3));

/** Each group of query heads of each sequence by itself. */
const groupwise =
  (draw: DrawHead<Head>, lengthOf = variousLength): DrawInputs<GqaDecodeShape, never> =>
  (random, shape) => {
    const { batch, q_heads, kv_heads, context, dim } = shape;
    const lengths = Uint32Array.from({ length: batch }, (_, sequence) => lengthOf(random, shape, sequence));
    const groups = Array.from({ length: batch * kv_heads }, (_, index): Head => {
      const keys = lengths[Math.floor(index / kv_heads)]!;
      return { index, queries: q_heads / kv_heads, keys, room: context, dim };
    });
    const { q, k, v } = headwise(random, groups, draw);
    return { q, k_cache: k, v_cache: v, lengths };
  };

/** The position that towers for a query: the last one for a group's last query, and for the others each in turn. */
function aim({ index, queries, keys }: Head, query: number): number {
  if (queries > 1 && query === queries - 1) return keys - 1;
  return (index * Math.max(1, queries - 1) + query) % keys;
}

const huge = (random: Random) => random.pick([-1, 1]) * 10 ** random.uniform(3, 5);

function validScores({ shape, inputs: { q, k_cache, lengths } }: Problem<GqaDecodeShape>): Float64Array {
  const { q_heads, kv_heads, context, dim } = shape;
  return seenScores({ q: q!, k: k_cache!, dim }, (row) => ({
    first: Math.floor(row / (q_heads / kv_heads)) * context,
    count: lengths![Math.floor(row / q_heads)]!,
  }));
}

function validValues({ shape, inputs }: Problem<GqaDecodeShape>): Float32Array {
  const { kv_heads, context, dim } = shape;
  const cacheSize = context * dim;
  return (inputs.v_cache as Float32Array).filter((_, at) => {
    const length = inputs.lengths![Math.floor(at / cacheSize / kv_heads)]!;
    return at % cacheSize < length * dim;
  });
}

const LENGTH = "return lengths[row / Q_HEADS];";
const KV_HEAD = "row % Q_HEADS / (Q_HEADS / KV_HEADS);";
/** NaN where no position is left, as in kernels that divide by the sum last. */
const DIVIDED_LAST: Edit = ["out[index] = sum;", `out[index] = select(sum, ${UNKNOWN}, visible(row) == 0u);`];
const TILES = [4, 8, 16, 32, 64, 128, 256];

export default composeTask({
  name: "gqa-decode",
  family: "attention",
  step: {
    track: "attention and inference",
    level: 4,
    teaches: "sharing keys and values among query heads, and splitting long caches among workgroups",
    questions: [37],
  },
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
  example: {
    shape: { batch: 1, q_heads: 2, kv_heads: 1, context: 3, dim: 1 },
    params: {},
    inputs: { q: [0, Math.LN2], k_cache: [0, 1, 99], v_cache: [1, 4, 99], lengths: [2] },
  },
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
  inputs: {
    q: { dims: ["batch", "q_heads", "dim"], about: "queries of the new tokens" },
    k_cache: { dims: ["batch", "kv_heads", "context", "dim"], about: "keys, then garbage" },
    v_cache: { dims: ["batch", "kv_heads", "context", "dim"], about: "values, then garbage" },
    lengths: { type: "u32", dims: ["batch"], about: "valid positions of each sequence" },
  },
  outputs: { out: { dims: ["batch", "q_heads", "dim"], about: "for each query, the weighted mean of values" } },
  unit: ["batch", "q_heads"],
  reference: {
    prepare({ q: all }, { q_heads, kv_heads, context, dim }) {
      const factor = scoreFactor(all.exactly(dim));
      const cacheSize = context * dim;
      return ({ q, k_cache, v_cache, lengths }, { unit }) => {
        const kvHead = Math.floor((unit % q_heads) / (q_heads / kv_heads));
        const valid = (cache: Vector) => cache.slice(kvHead * cacheSize, lengths.values[0]! * dim);
        return { out: attend(q, valid(k_cache), valid(v_cache), factor) };
      };
    },
  },
  ranges: [
    { of: "scores of valid positions, `s`", least: -MOST_SCORE, most: MOST_SCORE, values: validScores },
    { of: "values at valid positions", least: -MOST_VALUE, most: MOST_VALUE, values: validValues },
  ],
  constraints: [
    multiple("q_heads", "kv_heads"),
    {
      sentence: "Each of `lengths` is from 1 to `context`.",
      of: "inputs",
      holds: ({ shape, inputs }) => inputs.lengths!.every((length) => length >= 1 && length <= shape.context),
    },
    atMost("dim", 256),
  ],
  cases: casesOf({
    axes: ["batch", "q_heads", "kv_heads", "context", "dim"],
    checks: [
      ["tiny", [1, 1, 1, 1, 1]],
      ["tiny", [2, 2, 1, 3, 2]],
      ["odd sizes", [3, 6, 2, 13, 5], "all"],
      ["odd sizes", [5, 9, 3, 97, 31]],
      ["around a tile", [2, 128, 2, 17, 64]],
      ["around a tile", [2, 2, 2, 256, 63]],
      ["around a tile", [4, 10, 2, 65, 15], "all"],
      ["around a tile", [4, 27, 3, 513, 16], ["plain", "large-scores", "towering", "cliffs"]],
      ["wide heads", [2, 4, 2, 13, 256]],
      ["long caches", [2, 2, 1, 8209, 4], ["plain", "stale-cache", "spikes", "ramp", "cliffs"]],
      ["long caches", [3, 2, 1, 1025, 4], ["peaks"]],
      ["many rows", [1025, 64, 64, 3, 1]],
    ],
    draw(random) {
      const kvHeads = random.integer(1, 4);
      const qHeads = kvHeads * random.integer(1, 6);
      return [random.integer(1, 4), qHeads, kvHeads, random.integer(2, 300), random.integer(2, 80)];
    },
    measures: { small: [2, 8, 2, 256, 64], medium: [4, 16, 4, 1024, 64], large: [8, 32, 8, 4096, 64] },
  }),
  data: {
    ...scoreKinds(groupwise, aim),
    "stale-cache": [
      "positions past the length hold numbers of 1,000 to 100,000 in magnitude, which dominate the result if read",
      groupwise((random, head) => {
        const plain = plainHead(random);
        const orHuge =
          (element: Element): Element =>
          (position, d) =>
            position < head.keys ? element(position, d) : huge(random);
        return { k: orHuge(plain.k), v: orHuge(plain.v) };
      }),
    ],
    peaks: [
      "one position scores +300 and all others -300: the last, the 257th, or the first of the last 512",
      groupwise((random, head) => {
        const last = head.keys - 1;
        const peak = [last, Math.min(last, 256), last - (last % 512)][head.index % 3]!;
        return atEnds(
          random,
          head,
          () => 1,
          (key) => (key === peak ? 1 : -1),
        );
      }),
    ],
    "short-caches": [
      "caches of one, two or three positions, however large the context",
      groupwise(() => ({}), shortLength),
    ],
  },
  // Four copies of the scores, or partial results of 64 parts of the cache.
  scratchLimitBytes: ({ batch, q_heads, context, dim }) => 4 * batch * q_heads * (4 * context + 64 * (dim + 2)),
  // Lengths are data; plain data fills about half of the caches or more.
  flops: ({ batch, q_heads, context, dim }) => batch * q_heads * Math.ceil(context / 2) * (4 * dim + 5),
  mistakes: [
    ...mistakes({
      "interleaved-heads": [
        "query head h reads key/value head h % kv_heads",
        "Use key/value head h / (q_heads / kv_heads): the query heads of a group are consecutive.",
        [KV_HEAD, "row % Q_HEADS % KV_HEADS;"],
      ],
      "first-kv-head-only": [
        "every query head reads the first key/value head",
        "Use key/value head g = h / (q_heads / kv_heads); its positions begin at (b * KV_HEADS + g) * CONTEXT * DIM.",
        [KV_HEAD, "0u;"],
      ],
      "first-sequence-only": [
        "every sequence reads the cache of the first one",
        "Start sequence b's cache at b * KV_HEADS * CONTEXT * DIM.",
        ["let sequence = row / Q_HEADS;", "let sequence = 0u;"],
      ],
      "positions-before-heads": [
        "the caches are read as [batch, context, kv_heads, dim] instead of [batch, kv_heads, context, dim]",
        "Use index ((b * KV_HEADS + g) * CONTEXT + j) * DIM + d: all positions of a key/value head are contiguous.",
        ["(sequence * KV_HEADS + kv_head) * CONTEXT * DIM", "(sequence * CONTEXT * KV_HEADS + kv_head) * DIM"],
        ["cache_start(row) + position * DIM", "cache_start(row) + position * KV_HEADS * DIM"],
        ["v_cache[start + position * DIM + d]", "v_cache[start + position * KV_HEADS * DIM + d]"],
      ],
      "lengths-ignored": [
        "the whole cache is read, even past the sequence's length",
        "End the loops over positions at lengths[b]: only the first lengths[b] positions of sequence b are valid.",
        [LENGTH, "return CONTEXT;"],
      ],
      "one-position-too-many": [
        "one position past the length of every sequence is read",
        "Loop while j < lengths[b]: lengths[b] is a count, not the index of the last position.",
        [LENGTH, "return min(lengths[row / Q_HEADS] + 1u, CONTEXT);"],
      ],
      "first-length-for-all": [
        "the first sequence's length is used for all sequences",
        "Read lengths[b] for sequence b: sequences differ in length.",
        [LENGTH, "return lengths[0];"],
      ],
      "next-length": [
        "each sequence uses the length of the next one",
        "Check how b is computed from the invocation's index: sequence b has lengths[b] positions.",
        [LENGTH, "return lengths[min(row / Q_HEADS + 1u, BATCH - 1u)];"],
      ],
      "keys-and-values-swapped": [
        "keys and values are swapped",
        "Check the order of the bindings: scores are products of q and k_cache, and v_cache is averaged.",
        ["* k_cache[start + d]", "* v_cache[start + d]"],
        ["* v_cache[start + position", "* k_cache[start + position"],
      ],
    }),
    ...scoreMistakes("valid positions", {
      "not-scaled": [[" / sqrt(f32(DIM))", ""]],
      "scaled-by-dim": [["sqrt(f32(DIM))", "f32(DIM)"]],
      ...storedScores,
    }),
    ...tileMistakes({
      element: "position",
      variable: "j",
      end: "lengths[b]",
      tiles: TILES,
      firstTiles: TILES,
      stopAt: (end) => [[LENGTH, `let b = row / Q_HEADS;\n  return min(lengths[b], ${end});`], DIVIDED_LAST],
    }),
  ],
  plain,
  tuned,
  starter: {
    code: starter,
    invocationFor: ["batch", "q_heads"],
    bindings: ["q", "k_cache", "v_cache", "lengths", "out"],
  },
});
