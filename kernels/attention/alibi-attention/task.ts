import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { atMost } from "../../../harness/task/constraints.ts";
import { mistakes, UNKNOWN } from "../../../harness/task/mistake-library.ts";
import { MOST_SCORE, seenScores } from "../../../harness/task/score-data.ts";
import { causalMistakes, scoreMistakes, tileMistakes } from "../../../harness/task/score-mistakes.ts";
import type { Constraint, DeclaredRange } from "../../../harness/task/task.ts";
import { type AttentionShape, scoreFactor, visibleKeys } from "../../../reference/attention.ts";
import { div, exp2, matVec, mul, softmaxMean, sub } from "../../../reference/bounded.ts";
import { data } from "../attention-data.ts";
import { attentionDefinition } from "../attention-definition.ts";
import { softwareAttention } from "../software-flash.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import software from "./tuned-software.wgsl";

const VISIBLE = "row % QUERIES + KEYS - QUERIES + 1u";
const SLOPE = "exp2(-8.0 * f32(head + 1u) / f32(HEADS))";
const BIAS = " - slope * f32(distance)";
const TILES = [8, 32, 64];
/** NaN for a query that sees nothing, as 0/0. */
const DIVIDED_LAST = ["out[start + d] /= sum;", `out[start + d] /= select(sum, ${UNKNOWN}, sum == 0.0);`] as const;

const products: DeclaredRange<AttentionShape, never> = {
  of: "the products of visible keys, `q·k / √dim`",
  least: -MOST_SCORE,
  most: MOST_SCORE,
  values: ({ shape: { queries, keys, dim }, inputs: { q, k } }) =>
    seenScores({ q: q!, k: k!, dim }, (row) => ({
      first: Math.floor(row / queries) * keys,
      count: visibleKeys(row % queries, queries, keys, 1),
    })),
};

const eachQuerySeesAKey: Constraint<AttentionShape, never> = {
  sentence: "`keys` is at least `queries`, so that each query sees a key.",
  of: "dimensions",
  holds: ({ shape }) => shape.keys >= shape.queries,
};

/** The data of causal attention. */
const causalData = Object.fromEntries(
  Object.entries(data).map(([kind, [about, draw]]) => {
    const drawn: DrawInputs<AttentionShape, never> = (random, shape) => draw(random, shape, { causal: 1 });
    return [kind, [about, drawn]] as const;
  }),
) as Record<keyof typeof data, readonly [string, DrawInputs<AttentionShape, never>]>;

export default composeTask({
  name: "alibi-attention",
  family: "attention",
  title: "Attention with linear biases",
  step: {
    track: "attention and inference",
    level: 4,
    teaches: "positions as a bias of the scores, inside an online softmax",
    questions: [18],
  },
  statement: `Causal attention in which positions enter as a penalty on distant keys (ALiBi), instead of as an embedding. For each
head \`h\` and each query \`i\`, which sees the keys \`j <= i + keys - queries\`:

    slope      = 2^(-8 · (h + 1) / heads)
    s[j]       = sum over d of q[h,i,d] · k[h,j,d] / sqrt(dim) - slope · (i + keys - queries - j)
    p[j]       = exp(s[j] - max of s) / sum over j of exp(s[j] - max of s)
    out[h,i,d] = sum over j of p[j] · v[h,j,d]

The bias is not divided by \`sqrt(dim)\`. The last query sees every key, and its own has distance 0. \`heads\` may be any
number. Products reach ${MOST_SCORE} in magnitude: subtract the maximum before \`exp\`.`,
  example: {
    shape: { heads: 1, queries: 1, keys: 2, dim: 1 },
    params: {},
    inputs: { q: [1], k: [1, 1], v: [0, 1] },
  },
  hints: [
    "Compute a head's slope once per invocation: exp2(-8.0 * f32(head + 1) / f32(heads)).",
    "One invocation per query is enough for a correct kernel: with an online softmax, it keeps the weighted sum in out itself.",
    "Count distances from the last key that the query sees: it has distance 0.",
    "Process keys in tiles, with one maximum and one rescaling per tile. The last tile may be partial.",
    "In heads with a large slope, far keys weigh nothing in f32; with scores of any size, none may be skipped.",
  ],
  shape: attentionDefinition.shape,
  params: {},
  inputs: attentionDefinition.inputs,
  outputs: attentionDefinition.outputs,
  ranges: [products],
  constraints: [eachQuerySeesAKey, atMost("dim", 256)],
  unit: ["heads", "queries"],
  reference: {
    prepare({ q }, { dim }) {
      const factor = scoreFactor(q.exactly(dim));
      return ({ q, k, v }, { unit, heads, queries, keys }) => {
        const visible = visibleKeys(unit % queries, queries, keys, 1);
        const slope = exp2(div(q.exactly(-8 * (Math.floor(unit / queries) + 1)), heads));
        const distances = q.exactly(...Array.from({ length: visible }, (_, key) => visible - 1 - key));
        const scores = sub(matVec(k.slice(0, visible * dim), mul(q, factor)), mul(distances, slope));
        return { out: softmaxMean(scores, v.slice(0, visible * dim)) };
      };
    },
  },
  cases: casesOf({
    axes: ["heads", "queries", "keys", "dim"],
    checks: [
      ["tiny", [1, 1, 1, 1]],
      ["tiny", [2, 2, 3, 2]],
      ["odd sizes", [3, 7, 13, 5], "all"],
      ["odd sizes", [5, 11, 23, 7]],
      ["whole vectors", [2, 5, 18, 8]],
      ["whole vectors", [1, 35, 37, 20], "all"],
      ["around a tile", [2, 17, 64, 15], ["plain", "towering", "loud-future"]],
      ["around a tile", [1, 16, 65, 63], ["plain", "towering"]],
      ["around a tile", [2, 63, 126, 16]],
      ["many heads", [12, 9, 31, 4], "all"],
      ["wide heads", [1, 9, 37, 256]],
      ["long rows", [1, 3, 8209, 8], ["plain", "spikes"]],
      ["many rows", [21_846, 3, 3, 2]],
    ],
    draw(random) {
      const queries = random.integer(2, 50);
      return [random.integer(1, 9), queries, random.integer(queries, 120), random.integer(2, 40)];
    },
    measures: { small: [2, 64, 128, 32], medium: [4, 128, 256, 64], large: [4, 192, 768, 64] },
  }),
  data: causalData,
  scratchLimitBytes: ({ heads, queries, keys }) => 8 * heads * queries * Math.max(64, keys),
  flops: (shape) => attentionDefinition.flops(shape, { causal: 1 }) + 2 * shape.heads * shape.queries * shape.keys,
  mistakes: [
    ...mistakes({
      "no-bias": ["the bias is missing", "Subtract slope times the distance from each score.", [BIAS, ""]],
      "bias-added": [
        "the bias is added, so that distant keys weigh more",
        "Subtract slope times the distance: the query's own position has distance 0, and the largest score.",
        [BIAS, " + slope * f32(distance)"],
      ],
      "bias-scaled": [
        "the bias is divided by the square root of dim too",
        "Divide only the product q·k by sqrt(dim), then subtract the bias.",
        ["dot / sqrt(f32(DIM)) - slope * f32(distance)", "(dot - slope * f32(distance)) / sqrt(f32(DIM))"],
      ],
      "slopes-from-head-zero": [
        "the slopes begin at 2^0, with h instead of h + 1",
        "Use 2^(-8 · (h + 1) / heads): the first head's slope is 2^(-8 / heads).",
        ["f32(head + 1u)", "f32(head)"],
      ],
      "slopes-for-eight-heads": [
        "the slopes are 2^-(h + 1), which is right for eight heads only",
        "Use 2^(-8 · (h + 1) / heads), for any number of heads.",
        ["-8.0 * f32(head + 1u) / f32(HEADS)", "-f32(head + 1u)"],
      ],
      "slopes-of-base-e": [
        "the slopes are powers of e",
        "Use exp2: the slope is 2^(-8 · (h + 1) / heads).",
        [SLOPE, SLOPE.replace("exp2", "exp")],
      ],
      "one-slope": [
        "every head has the slope of the first one",
        "Compute the slope from the head's own index.",
        ["f32(head + 1u)", "1.0"],
      ],
      "mask-aligned-top-left": [
        "the causal mask is aligned at the first query instead of the last",
        "Compare j with i + keys - queries, not with i: when there are more keys than queries, the queries are the last positions.",
        [VISIBLE, "row % QUERIES + 1u"],
      ],
      "not-rescaled": [
        "the weighted sum of values is not rescaled when a later key raises the maximum",
        "When the maximum rises, multiply both the sum of weights and the weighted sum of values by exp(old - new).",
        ["out[start + d] * rescale", "out[start + d]"],
      ],
    }),
    ...scoreMistakes("visible keys", {
      "not-scaled": [[" / sqrt(f32(DIM))", ""]],
      "scaled-by-dim": [["sqrt(f32(DIM))", "f32(DIM)"]],
      "no-max-subtraction": [
        ["maximum = max(maximum, score);", ""],
        ["var maximum = -1e30;", "var maximum = 0.0;"],
      ],
      "not-normalised": [["out[start + d] /= sum;", ""]],
      "base-two": [
        ["exp(before", "exp2(before"],
        ["exp(score", "exp2(score"],
      ],
    }),
    ...causalMistakes({
      element: "key",
      count: VISIBLE,
      all: "KEYS",
      rule: "query i sees key j only if j <= i + keys - queries",
      dividedLast: DIVIDED_LAST,
    }),
    ...tileMistakes({
      element: "key",
      variable: "j",
      end: "KEYS",
      tiles: TILES,
      firstTiles: TILES,
      stopAt: (end) => [["key < visible;", `key < min(visible, ${end});`], DIVIDED_LAST],
    }),
  ],
  plain: { code: plain, invocationFor: ["heads", "queries"] },
  tuned: {
    software: ({ shape, device }) =>
      softwareAttention(shape, 1, device, { code: software, constants: { HEADS: shape.heads } }),
    hardware: { code: tuned, invocationFor: ["heads", "queries"] },
  },
});
