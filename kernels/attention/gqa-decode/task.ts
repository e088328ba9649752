import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { atMost, multiple } from "../../../harness/task/constraints.ts";
import type { Edit } from "../../../harness/task/kernel-change.ts";
import { attend, scoreFactor } from "../../../reference/attention.ts";
import type { Vector } from "../../../reference/bounded.ts";
import type { Problem, Shape } from "../../../reference/oracle.ts";
import type { Random } from "../../../reference/random.ts";
import {
  aligned,
  atEnds,
  type Element,
  filled,
  MOST_SCORE,
  MOST_VALUE,
  plainElement,
  plainValue,
  scoreOf,
  towering,
  wideValue,
} from "../score-geometry.ts";
import { type GqaDecodeShape, plain } from "./plain.ts";
import starter from "./starter.wgsl";
import { tuned } from "./tuned.ts";

type Lengths = (random: Random, shape: Shape<GqaDecodeShape>) => number[];

/**
 * A group of query heads and the key/value head that they share, in one sequence. The row of a query is its head's index
 * in the group; the row of a key or value is its position.
 */
type Group = Readonly<Record<"q" | "k" | "v", Element>>;

/**
 * Lengths from half of the context to all of it. After the first sequence always come a full cache, one that lacks a
 * position, and one of a single position. A lone sequence has at least two positions, so its output does not copy a
 * value.
 */
const variousLengths: Lengths = (random, { batch, context }) => {
  const ordinary = () => random.integer(Math.min(context, Math.max(2, Math.ceil(context / 2))), context);
  const special = [undefined, context, Math.max(1, context - 1), 1];
  return Array.from({ length: batch }, (_, sequence) => special[sequence] ?? ordinary());
};

const shortLengths: Lengths = (_random, { batch, context }) =>
  Array.from({ length: batch }, (_, sequence) => Math.min(context, 1 + ((sequence + 1) % 3)));

/** Draws each group of each sequence independently. */
function groupwise(
  drawGroup: (random: Random, shape: Shape<GqaDecodeShape>, length: number, group: number) => Group,
  drawLengths = variousLengths,
): DrawInputs<GqaDecodeShape, never> {
  return (random, shape) => {
    const { batch, q_heads, kv_heads, context, dim } = shape;
    const lengths = Uint32Array.from(drawLengths(random, shape));
    const rows = { q: q_heads / kv_heads, k: context, v: context };
    const { q, k, v } = filled(rows, batch * kv_heads, dim, (group) =>
      drawGroup(random, shape, lengths[Math.floor(group / kv_heads)]!, group),
    );
    return { q, k_cache: k, v_cache: v, lengths };
  };
}

const plainGroup = (random: Random): Group => ({
  q: plainElement(random),
  k: plainElement(random),
  v: plainValue(random),
});

const huge = (random: Random) => random.pick([-1, 1]) * 10 ** random.uniform(3, 5);

function validScores({ shape, inputs }: Problem<GqaDecodeShape>): Float64Array {
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

function validValues({ shape, inputs }: Problem<GqaDecodeShape>): Float32Array {
  const { kv_heads, context, dim } = shape;
  const cacheSize = context * dim;
  return (inputs.v_cache as Float32Array).filter((_, at) => {
    const length = inputs.lengths![Math.floor(at / cacheSize / kv_heads)]!;
    return at % cacheSize < length * dim;
  });
}

const sized = (batch: number, q_heads: number, kv_heads: number, context: number, dim: number) => ({
  shape: { batch, q_heads, kv_heads, context, dim },
  params: {},
});

const LENGTH = "lengths[row / Q_HEADS];";
const KV_HEAD = "row % Q_HEADS / (Q_HEADS / KV_HEADS);";
/** 0/0 where no position is left, as in kernels that divide by the sum last. */
const DIVIDED_LAST: Edit = ["out[index] = sum;", "out[index] = sum * (f32(length(row)) / f32(length(row)));"];
const TILES = [4, 8, 16, 32, 64, 128, 256];

export default composeTask({
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
  cases: ({ kinds }) => ({
    checks: [
      { group: "tiny", ...sized(1, 1, 1, 1, 1), data: ["plain"] },
      { group: "tiny", ...sized(2, 2, 1, 3, 2), data: ["plain"] },
      { group: "odd sizes", ...sized(3, 6, 2, 13, 5), data: kinds },
      { group: "odd sizes", ...sized(5, 9, 3, 97, 31), data: ["plain"] },
      { group: "around a tile", ...sized(2, 128, 2, 17, 64), data: ["plain"] },
      { group: "around a tile", ...sized(2, 2, 2, 256, 63), data: ["plain"] },
      { group: "around a tile", ...sized(4, 10, 2, 65, 15), data: kinds },
      {
        group: "around a tile",
        ...sized(4, 27, 3, 513, 16),
        data: ["plain", "large-scores", "towering", "steep"],
      },
      { group: "wide heads", ...sized(2, 4, 2, 13, 256), data: ["plain"] },
      { group: "long caches", ...sized(2, 2, 1, 8209, 4), data: ["plain", "stale-cache", "spikes", "ramp"] },
      { group: "many rows", ...sized(1025, 64, 64, 3, 1), data: ["plain"] },
    ],
    drawShape(random) {
      const kvHeads = random.integer(1, 4);
      const qHeads = kvHeads * random.integer(1, 6);
      return sized(random.integer(1, 4), qHeads, kvHeads, random.integer(2, 300), random.integer(2, 80));
    },
    measures: [
      { name: "small", ...sized(2, 8, 2, 256, 64) },
      { name: "medium", ...sized(4, 16, 4, 1024, 64) },
      { name: "large", ...sized(8, 32, 8, 4096, 64) },
    ],
  }),
  data: {
    plain: [
      "independent normal values with an offset; positions past the length hold more of the same",
      groupwise(plainGroup),
    ],
    "stale-cache": [
      "positions past the length hold numbers of 1,000 to 100,000 in magnitude, which dominate the result if read",
      groupwise((random, _shape, length) => {
        const { q, k, v } = plainGroup(random);
        return {
          q,
          k: (position, d) => (position < length ? k(position, d) : huge(random)),
          v: (position, d) => (position < length ? v(position, d) : huge(random)),
        };
      }),
    ],
    "short-caches": [
      "caches of one, two or three positions, however large the context",
      groupwise(plainGroup, shortLengths),
    ],
    "large-scores": [
      "all scores are +300 in every other group and -300 in the rest: exp overflows or underflows unless the maximum is subtracted",
      groupwise((random, { context, dim }, _length, group) => {
        const sign = group % 2 === 0 ? 1 : -1;
        const query = () => 1;
        return { ...atEnds(random, dim, context, query, () => sign), v: plainValue(random) };
      }),
    ],
    towering: [
      "each query has one position that scores 300, at least 96 above all others: exp overflows unless the maximum covers all valid positions",
      groupwise((random, { q_heads, kv_heads, context, dim }, length, group) => {
        const first = group * (q_heads / kv_heads);
        return { ...towering(random, dim, context, (head) => (first + head) % length), v: plainValue(random) };
      }),
    ],
    spikes: [
      "the first position, the last and one in between carry most of the weight; so would the first one past the length",
      groupwise((random, { dim }, length) => {
        const heights = new Map(
          [Math.floor(length / 2), 0, length - 1, length].map((position) => [
            position,
            Math.log(length) + random.uniform(0, 2),
          ]),
        );
        return { ...aligned(random, dim, 1.5, 1, (position) => heights.get(position) ?? 0), v: plainValue(random) };
      }),
    ],
    steep: [
      "every other position, or the last one alone, towers over the rest by 600: exp overflows unless one of them is the maximum",
      groupwise((random, { context, dim }, length, group) => {
        const isHigh = [
          (position: number) => position % 2 === 1,
          (position: number) => position === length - 1,
          (position: number) => position % 2 === 0,
        ][group % 3]!;
        const query = () => 1;
        const key = (position: number) => (isHigh(position) ? 1 : -1);
        return { ...atEnds(random, dim, context, query, key), v: plainValue(random) };
      }),
    ],
    ramp: [
      "scores rise or fall from the first position to the last, which stresses an online softmax; columns of values from 1e-5 to 1e5 in size",
      groupwise((random, { dim, context }, length, group) => {
        const span = random.uniform(6, 12) * (group % 2 === 0 ? 1 : -1);
        const score = (position: number) => (span * position) / context - span / 2;
        return { ...aligned(random, dim, 1.5, 0.5, score), v: wideValue(random, group, dim, length) };
      }),
    ],
  },
  // Four copies of the scores, or partial results of 64 parts of the cache.
  scratchLimitBytes: ({ batch, q_heads, context, dim }) => 4 * batch * q_heads * (4 * context + 64 * (dim + 2)),
  // Lengths are data; plain data fills about half of the caches or more.
  flops: ({ batch, q_heads, context, dim }) => batch * q_heads * Math.ceil(context / 2) * (4 * dim + 5),
  mistakes: [
    {
      name: "interleaved-heads",
      about: "query head h reads key/value head h % kv_heads",
      hint: "Use key/value head h / (q_heads / kv_heads): the query heads of a group are consecutive.",
      edits: [[KV_HEAD, "row % Q_HEADS % KV_HEADS;"]],
    },
    {
      name: "first-kv-head-only",
      about: "every query head reads the first key/value head",
      hint: "Use key/value head g = h / (q_heads / kv_heads); its positions begin at (b * KV_HEADS + g) * CONTEXT * DIM.",
      edits: [[KV_HEAD, "0u;"]],
    },
    {
      name: "first-sequence-only",
      about: "every sequence reads the cache of the first one",
      hint: "Start sequence b's cache at b * KV_HEADS * CONTEXT * DIM.",
      edits: [["let sequence = row / Q_HEADS;", "let sequence = 0u;"]],
    },
    {
      name: "positions-before-heads",
      about: "the caches are read as [batch, context, kv_heads, dim] instead of [batch, kv_heads, context, dim]",
      hint: "Use index ((b * KV_HEADS + g) * CONTEXT + j) * DIM + d: all positions of a key/value head are contiguous.",
      edits: [
        ["(sequence * KV_HEADS + kv_head) * CONTEXT * DIM", "(sequence * CONTEXT * KV_HEADS + kv_head) * DIM"],
        ["cache_start(row) + position * DIM", "cache_start(row) + position * KV_HEADS * DIM"],
        ["v_cache[start + position * DIM + d]", "v_cache[start + position * KV_HEADS * DIM + d]"],
      ],
    },
    {
      name: "lengths-ignored",
      about: "the whole cache is read, even past the sequence's length",
      hint: "End the loops over positions at lengths[b]: only the first lengths[b] positions of sequence b are valid.",
      edits: [[LENGTH, "CONTEXT;"]],
    },
    {
      name: "one-position-too-few",
      about: "the last position of every sequence is omitted",
      hint: "Loop while j < lengths[b]: lengths[b] is a count, not the index of the last position.",
      edits: [[LENGTH, "lengths[row / Q_HEADS] - 1u;"], DIVIDED_LAST],
    },
    {
      name: "one-position-too-many",
      about: "one position past the length of every sequence is read",
      hint: "Loop while j < lengths[b]: lengths[b] is a count, not the index of the last position.",
      edits: [[LENGTH, "min(lengths[row / Q_HEADS] + 1u, CONTEXT);"]],
    },
    {
      name: "first-length-for-all",
      about: "the first sequence's length is used for all sequences",
      hint: "Read lengths[b] for sequence b: sequences differ in length.",
      edits: [[LENGTH, "lengths[0];"]],
    },
    {
      name: "next-length",
      about: "each sequence uses the length of the next one",
      hint: "Check how b is computed from the invocation's index: sequence b has lengths[b] positions.",
      edits: [[LENGTH, "lengths[min(row / Q_HEADS + 1u, BATCH - 1u)];"]],
    },
    {
      name: "not-scaled",
      about: "the scores are not divided by the square root of dim",
      hint: "Multiply each query-key dot product by 1 / sqrt(dim) before the softmax.",
      edits: [[" / sqrt(f32(DIM))", ""]],
    },
    {
      name: "scaled-by-dim",
      about: "the scores are divided by dim instead of by its square root",
      hint: "Divide by sqrt(f32(DIM)), or multiply by inverseSqrt(f32(DIM)).",
      edits: [["sqrt(f32(DIM))", "f32(DIM)"]],
    },
    {
      name: "no-max-subtraction",
      about: "the largest score of a row is not subtracted before exp",
      hint: "Subtract the row's largest score first: the quotient stays the same. exp(x) overflows an f32 above x = 88.7 and underflows below -87.",
      edits: [["exp(p[at] - maximum)", "exp(p[at])"]],
    },
    {
      name: "not-normalised",
      about: "the weighted sum of values is not divided by the sum of the weights",
      hint: "Divide by the sum of exp(score - maximum) over the valid positions, so that the weights add up to 1.",
      edits: [["p[at] /= sum;", ""]],
    },
    {
      name: "base-two",
      about: "2 is raised to the power instead of e",
      hint: "Use exp(x) for e^x, or multiply the scores by 1.44269504, log2(e), before exp2: exp2(x) is 2^x.",
      edits: [["exp(p[at] - maximum)", "exp2(p[at] - maximum)"]],
    },
    {
      name: "keys-and-values-swapped",
      about: "keys and values are swapped",
      hint: "Check the order of the bindings: scores are products of q and k_cache, and v_cache is averaged.",
      edits: [
        ["* k_cache[start + d]", "* v_cache[start + d]"],
        ["* v_cache[start + position", "* k_cache[start + position"],
      ],
    },
    ...TILES.map((tile) => ({
      name: `ragged-tile-left-out-${tile}`,
      about: `positions past the last full tile of ${tile} are omitted`,
      hint: `Round the number of tiles up and guard the last one: lengths need not be multiples of ${tile}.`,
      edits: [[LENGTH, `lengths[row / Q_HEADS] / ${tile}u * ${tile}u;`], DIVIDED_LAST] satisfies Edit[],
    })),
    ...TILES.map((tile) => ({
      name: `first-tile-only-${tile}`,
      about: `only the first ${tile} positions are read`,
      hint: `Loop over tiles of positions, or let each invocation take more than one: there may be more than ${tile} positions.`,
      edits: [[LENGTH, `min(lengths[row / Q_HEADS], ${tile}u);`]] satisfies Edit[],
    })),
  ],
  plain,
  tuned,
  starter: {
    code: starter,
    invocationFor: ["batch", "q_heads"],
    bindings: ["q", "k_cache", "v_cache", "lengths", "out"],
  },
});
