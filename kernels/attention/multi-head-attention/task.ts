import { composeTask } from "../../../harness/task/compose-task.ts";
import { flag, multiple } from "../../../harness/task/constraints.ts";
import { linearWeights, normal } from "../../../harness/task/data-library.ts";
import type { Edit } from "../../../harness/task/kernel-change.ts";
import { axisMistakes, mistakes, UNKNOWN } from "../../../harness/task/mistake-library.ts";
import type { Plan } from "../../../harness/task/plan.ts";
import {
  largestElement,
  MOST_SCORE,
  STRAY,
  seenScores,
  signs,
  TowerDirections,
} from "../../../harness/task/score-data.ts";
import { causalMistakes, scoreMistakes } from "../../../harness/task/score-mistakes.ts";
import { type MultiHeadShape, multiHeadAttention } from "../../../reference/multi-head-attention.ts";
import type { Problem, Shape } from "../../../reference/oracle.ts";
import type { Random } from "../../../reference/random.ts";
import { storedScores } from "../attention-mistakes.ts";
import { plain } from "./plain.ts";
import projection from "./project.wgsl";
import { tuned } from "./tuned.ts";

type Size = Shape<MultiHeadShape>;

const matrix = (rows: number, cols: number, element: (row: number, col: number) => number) =>
  Float32Array.from({ length: rows * cols }, (_, at) => element(Math.floor(at / cols), at % cols));

const isOdd = (count: number) => count % 2 === 1;
const headOf = (column: number, { model, heads }: Size) => Math.floor(column / (model / heads));

/** Strength of the head's direction in each column of the queries, for data with chosen scores. */
const ALONG = 1.5;

/**
 * Data in which token `j` has a score of about `score(j)` in every head, for every query: the query's bias gives each
 * head a direction, the tokens are at different levels along one direction of the model, and the key's weights map the
 * second direction to the first. `noise` is the deviation of scores.
 */
function leveled(random: Random, { tokens, model, heads }: Size, noise: number, score: (token: number) => number) {
  const axis = signs(random, model);
  const direction = signs(random, model);
  // A level of 1 along the axis yields a key whose product with the query's bias is ALONG²·dim before scaling.
  const perLevel = ALONG * ALONG * Math.sqrt(model / heads);
  const stray = () => random.normal(0, (0.3 * noise) / Math.sqrt(model));
  return {
    x: matrix(tokens, model, (token, i) => (score(token) / perLevel) * axis[i]! + random.normal(0, 0.5)),
    wq: matrix(model, model, stray),
    wk: matrix(model, model, (o, i) => (ALONG * direction[o]! * axis[i]!) / model + stray()),
    bq: matrix(1, model, (_, o) => ALONG * direction[o]!),
    bk: new Float32Array(model),
  };
}

/** A score near the end of the range; those of `steep` deviate from it by about 1. */
const NEAR_MOST = MOST_SCORE - 5;

/**
 * Scores near the ends of the range: at the upper end for tokens selected by `isHigh`. Such tokens are so large that
 * queries must not depend on them at all.
 */
function steep(random: Random, size: Size, isHigh: (token: number) => boolean) {
  const tensors = leveled(random, size, 0.02, (token) => (isHigh(token) ? NEAR_MOST : -NEAR_MOST));
  return { ...tensors, wq: new Float32Array(tensors.wq.length) };
}

/**
 * Data in which one token scores `MOST_SCORE` for token `t`, far above the others: itself in head 0, its
 * neighbour in head 1, which may be hidden, and in head `h` the token with index `t` xor `h`. Tokens are
 * directions with signs; the query's weights keep them, and the key's weights turn each into its partner.
 */
function towering(random: Random, { tokens, model, heads }: Size) {
  const dim = model / heads;
  const directions = new TowerDirections(dim);
  const size = largestElement(dim);
  const sign = (number: number, column: number) => directions.sign(number % directions.count, column % dim);
  return {
    x: matrix(tokens, model, (token, i) => size * (sign(token, i) + random.normal(0, STRAY))),
    wq: matrix(model, model, (o, i) => (o === i ? 1 : 0)),
    wk: matrix(model, model, (o, i) => (o === i ? sign(Math.floor(o / dim), o) : 0)),
    bq: new Float32Array(model),
    bk: new Float32Array(model),
  };
}

/** Scores of biases alone; the weights are small enough that scores deviate from them by about a quarter. */
function largeScores(random: Random, size: Size) {
  const { model, heads } = size;
  const most = largestElement(model / heads);
  const direction = signs(random, model);
  const weights = linearWeights(1.3 / (8 * most));
  const field = { rows: model, cols: model };
  return {
    wq: weights(random, field),
    wk: weights(random, field),
    bq: matrix(1, model, (_, o) => most * direction[o]!),
    bk: matrix(1, model, (_, o) => (isOdd(headOf(o, size)) ? -1 : 1) * most * direction[o]!),
  };
}

function visibleScores({ shape, params, inputs }: Problem<MultiHeadShape, "causal">): Float64Array {
  const { tokens, model, heads } = shape;
  const project = (layer: "q" | "k") =>
    Float64Array.from({ length: tokens * model }, (_, at) => {
      const [x, o] = [inputs.x!.subarray(at - (at % model)), at % model];
      let sum = inputs[`b${layer}`]![o]!;
      for (let i = 0; i < model; i++) sum += inputs[`w${layer}`]![o * model + i]! * x[i]!;
      return sum;
    });
  return seenScores({ q: project("q"), k: project("k"), dim: model / heads }, (row) => ({
    first: row % heads,
    count: params.causal ? Math.floor(row / heads) + 1 : tokens,
    step: heads,
  }));
}

const sized = (tokens: number, model: number, heads: number, causal: 0 | 1) => ({
  shape: { tokens, model, heads },
  params: { causal },
});

const weights = (of: string) =>
  ({ dims: ["model", "model"], about: `weights of the projection to ${of}, [out, in]` }) as const;
const bias = (of: string) => ({ dims: ["model"], about: `bias of the projection to ${of}` }) as const;

const VISIBLE = "return select(TOKENS, row % TOKENS + 1u, CAUSAL);";
const STORED = "attended[index] = sum;";
const PRODUCT = "q[query * MODEL + column] * k[key * MODEL + column]";
/** NaN where no token is visible, as in kernels that divide by the sum last. */
const DIVIDED_LAST: Edit = [STORED, `attended[index] = select(sum, ${UNKNOWN}, visible(query) == 0u);`];
const TILES = [4, 8, 16, 32, 64];

/** Changes the output projection alone, the last pass, which shares its kernel with the others. */
const inOutputProjection =
  (from: string, to: string) =>
  ({ passes, ...plan }: Plan): Plan => {
    const output = passes.at(-1)!;
    return { ...plan, passes: [...passes.slice(0, -1), { ...output, code: output.code.replace(from, to) }] };
  };

const withOneHead = ({ passes, ...plan }: Plan): Plan => ({
  ...plan,
  passes: passes.map((pass) => (pass.entryPoint ? { ...pass, constants: { ...pass.constants, HEADS: 1 } } : pass)),
});

export default composeTask({
  name: "multi-head-attention",
  family: "attention",
  step: {
    track: "attention and inference",
    level: 4,
    teaches: "a whole layer of several kernels, which share intermediate results through scratch",
    questions: [26],
  },
  title: "Multi-head attention with its projections",
  statement: `A whole attention layer: three projections of the tokens, attention in each head, and an output projection. A projection
is \`y = W x + b\` for each token's row \`x\`, with \`W\` laid out as \`[out, in]\`, as in PyTorch:

    q[t,o] = bq[o] + sum over i of wq[o,i] * x[t,i]        and so k with wk, bk, and v with wv, bv

With \`dim = model / heads\`, head \`h\` has the \`dim\` columns from \`h * dim\` in q, k and v:

    s[j]         = sum over d of q[t, h*dim + d] * k[j, h*dim + d] / sqrt(dim)
    p[j]         = exp(s[j] - max of s) / sum over j of exp(s[j] - max of s)
    a[t,h*dim+d] = sum over j of p[j] * v[j, h*dim + d]
    out[t,o]     = bo[o] + sum over i of wo[o,i] * a[t,i]

With \`causal = 1\`, token \`t\` sees only tokens \`j <= t\`, including itself; with \`causal = 0\`, it sees all. All tensors
are row-major, the last index fastest; \`model\` is a multiple of \`heads\`, \`dim\` is at most 256, and sizes need not be
multiples of anything else. Scores reach ${MOST_SCORE} in magnitude: subtract the maximum before \`exp\`.

One pass can bind eight buffers, and there are ten tensors: use several passes, with scratch for intermediate results.
Preparing weights (transposing them, for example) is part of the timed work.`,
  example: {
    shape: { tokens: 2, model: 1, heads: 1 },
    params: { causal: 1 },
    inputs: { x: [0, 1], wq: [0], wk: [Math.LN2], wv: [3], wo: [2], bq: [1], bk: [0], bv: [1], bo: [-1] },
  },
  hints: [
    "Write one kernel for a projection and use it in four passes with different bindings: x, wq, bq, q and so on.",
    "Compute scores, softmax and weighted values between the projections, as in the task attention; here rows have `model` elements, of which each head has `dim` consecutive ones.",
    "Do not split or merge heads in memory: index row t, column h * dim + d, and the output projection finds its input in place.",
    "Stage tiles of x and of the weights in workgroup memory, and let each invocation compute several outputs: if model is larger than tokens, the projections take most of the time.",
    "Let neighbouring invocations read neighbouring elements of W along `in`, and write neighbouring elements along `out`: a projection takes dot products with rows of W.",
    "Use an online softmax, as in the task flash-attention, to keep scores out of memory.",
  ],
  shape: {
    tokens: "tokens, each a query, a key and a value",
    model: "elements of a token; a multiple of heads",
    heads: "heads, each with model / heads columns",
  },
  params: { causal: ["1: token t sees only tokens up to t; 0: every token sees every token", 0, 1] },
  inputs: {
    x: { dims: ["tokens", "model"], about: "tokens" },
    wq: weights("queries"),
    wk: weights("keys"),
    wv: weights("values"),
    wo: weights("the output"),
    bq: bias("queries"),
    bk: bias("keys"),
    bv: bias("values"),
    bo: bias("the output"),
  },
  outputs: { out: { dims: ["tokens", "model"], about: "the layer's result for each token" } },
  unit: ["tokens"],
  reference: { prepare: multiHeadAttention },
  ranges: [{ of: "scores of visible tokens, `s`", least: -MOST_SCORE, most: MOST_SCORE, values: visibleScores }],
  constraints: [
    flag("causal"),
    multiple("model", "heads"),
    {
      sentence: "`dim` (`model / heads`) is at most 256.",
      of: "dimensions",
      holds: ({ shape }) => shape.model / shape.heads <= 256,
    },
  ],
  cases({ kinds }) {
    // `towering` takes a size at which its partners are visible; `loud-future` needs a mask.
    const open = kinds.filter((kind) => kind !== "loud-future");
    const causal = kinds.filter((kind) => kind !== "towering");
    return {
      checks: [
        { group: "tiny", ...sized(1, 1, 1, 0), data: ["plain"] },
        { group: "tiny", ...sized(3, 4, 2, 0), data: ["plain"] },
        { group: "whole vectors", ...sized(1, 8, 2, 0), data: ["plain"] },
        { group: "whole vectors", ...sized(2, 36, 1, 1), data: ["plain"] },
        { group: "whole vectors", ...sized(4, 16, 2, 0), data: ["plain"] },
        { group: "whole vectors", ...sized(5, 40, 2, 1), data: ["plain"] },
        { group: "whole vectors", ...sized(45, 16, 2, 1), data: ["plain"] },
        { group: "odd sizes", ...sized(7, 15, 3, 0), data: open },
        { group: "odd sizes", ...sized(61, 35, 5, 1), data: ["plain"] },
        { group: "around a tile", ...sized(16, 64, 4, 0), data: ["plain"] },
        { group: "around a tile", ...sized(65, 30, 2, 1), data: ["plain", "towering"] },
        { group: "around a tile", ...sized(63, 17, 1, 0), data: ["plain", "towering"] },
        { group: "causal", ...sized(11, 12, 4, 1), data: causal },
        { group: "causal", ...sized(67, 20, 2, 1), data: ["plain", "large-scores", "steep", "loud-future"] },
        { group: "wide heads", ...sized(5, 256, 1, 1), data: ["plain"] },
        { group: "many heads", ...sized(19, 24, 24, 0), data: ["plain"] },
        { group: "many tokens", ...sized(300, 8, 2, 0), data: ["plain"] },
        { group: "many tokens", ...sized(521, 4, 2, 1), data: ["plain"] },
      ],
      drawShape(random) {
        const heads = random.integer(1, 6);
        const model = heads * random.integer(1, Math.floor(96 / heads));
        return { shape: { tokens: random.integer(2, 100), model, heads }, params: { causal: random.integer(0, 1) } };
      },
      measures: [
        { name: "small", ...sized(64, 64, 4, 1) },
        { name: "medium", ...sized(128, 192, 6, 1) },
        { name: "large", ...sized(512, 384, 6, 1) },
      ],
    };
  },
  data: {
    plain: [
      "independent normal values with an offset",
      {
        x: normal(0.3, 1),
        wq: linearWeights(1.3),
        wk: linearWeights(1.3),
        wv: linearWeights(1),
        wo: linearWeights(1),
        bq: normal(0.3, 0.5),
        bk: normal(0.3, 0.5),
        bv: normal(0.3, 0.5),
        bo: normal(0.3, 0.5),
      },
    ],
    "large-scores": [
      "scores are +300 in every other head and -300 in the rest: exp overflows or underflows unless the maximum is subtracted",
      largeScores,
      "ends",
    ],
    towering: [
      "each token has one token that scores 300, at least 96 above all others: exp overflows unless the maximum covers all visible tokens, and underflows if it includes hidden ones",
      towering,
    ],
    spikes: [
      "the first token, the last and one in between carry most of the weight",
      (random, shape) => {
        const places = [shape.tokens >> 1, 0, shape.tokens - 1];
        const heights = new Map(places.map((token) => [token, Math.log(shape.tokens) + random.uniform(1, 3)]));
        return leveled(random, shape, 1, (token) => heights.get(token) ?? 0);
      },
    ],
    steep: [
      "every other token towers over its neighbours by 600, odd ones in even heads and even ones in odd heads: exp overflows unless one of them is the maximum",
      (random, shape) => {
        const { bq, ...tensors } = steep(random, shape, isOdd);
        return { ...tensors, bq: bq.map((value, o) => (isOdd(headOf(o, shape)) ? -value : value)) };
      },
    ],
    ramp: [
      "scores rise from the first token to the last, which stresses an online softmax",
      (random, shape) => {
        const span = random.uniform(8, 14);
        return leveled(random, shape, 0.5, (token) => (span * token) / shape.tokens - span / 2);
      },
    ],
    "wide-outputs": [
      "columns of the output from about 1e-4 to 1e4 in size",
      (random, { model }) => {
        const size = (o: number) => 10 ** (model === 1 ? 4 : (8 * o) / (model - 1) - 4);
        const wo = linearWeights(1)(random, { rows: model, cols: model });
        return {
          wo: wo.map((weight, at) => weight * size(Math.floor(at / model))),
          bo: matrix(1, model, (_, o) => size(o) * random.normal(0.3, 0.5)),
        };
      },
    ],
    "loud-future": [
      "the last token scores +300 for every token, but a causal mask hides it from all except itself, whose other scores are all -300",
      (random, shape) => steep(random, shape, (token) => token === shape.tokens - 1),
    ],
  },
  // Twelve tensors of the size of x, two copies of all weights, and two of every head's scores.
  scratchLimitBytes: ({ tokens, model, heads }) =>
    4 * (12 * tokens * model + 8 * model * model + 2 * heads * tokens * Math.max(64, tokens)),
  // Four projections; for each pair of tokens, a multiply-add per element of a query and of a value, and the softmax.
  flops({ tokens, model, heads }, { causal }) {
    const pairs = causal ? (tokens * (tokens + 1)) / 2 : tokens * tokens;
    return 8 * tokens * model * model + pairs * (4 * model + 5 * heads);
  },
  mistakes: [
    {
      name: "output-bias-left-out",
      about: "the bias of the output projection is not added",
      hint: "Add bo: the output projection has a bias too.",
      replan: inOutputProjection("var sum = bias[o];", "var sum = 0.0;"),
    },
    {
      name: "output-projection-left-out",
      about: "the output projection is missing",
      hint: "Multiply each token's row of concatenated heads by wo and add bo.",
      replan: inOutputProjection("y[index] = sum;", "y[index] = x[index];"),
    },
    {
      name: "one-head",
      about: "all columns are treated as one head",
      hint: "Compute scores and a softmax for each head separately, over its model / heads columns.",
      replan: withOneHead,
    },
    ...mistakes({
      "weights-transposed": [
        "the weights are read as [in, out] instead of [out, in]",
        "Use index o * MODEL + i for element (o, i): output o takes row o of W.",
        ["weights[o * MODEL + i]", "weights[i * MODEL + o]"],
      ],
      "biases-left-out": [
        "none of the four biases is added",
        "Start each sum with the bias of its output: a projection is W x + b.",
        ["var sum = bias[o];", "var sum = 0.0;"],
      ],
      "heads-interleaved": [
        "head h takes columns h, h + heads, h + 2 * heads … instead of consecutive ones",
        "Use column h * dim + d for element d of head h: a head's columns are consecutive.",
        [
          "for (var column = head * dim; column < (head + 1u) * dim; column++)",
          "for (var column = head; column < MODEL; column += HEADS)",
        ],
        ["let head = column / (MODEL / HEADS);", "let head = column % HEADS;"],
      ],
      "heads-not-merged": [
        "the heads' results are stored as [heads, tokens, dim] and projected as if they were [tokens, model]",
        "Store element (t, h, d) at t * MODEL + h * dim + d: the output projection needs a token's heads side by side.",
        [STORED, "attended[(head * TOKENS + query) * (MODEL / HEADS) + column % (MODEL / HEADS)] = sum;"],
      ],
      "heads-not-split": [
        "q, k and v are read as [heads, tokens, dim] although they are stored as [tokens, heads, dim]",
        "Use index t * MODEL + h * dim + d: a projection's row holds all heads of one token.",
        [PRODUCT, "q[(head * TOKENS + query) * dim + column % dim] * k[(head * TOKENS + key) * dim + column % dim]"],
        ["v[key * MODEL + column]", "v[(head * TOKENS + key) * (MODEL / HEADS) + column % (MODEL / HEADS)]"],
      ],
      "scaled-by-model": [
        "the scores are divided by the square root of model instead of the square root of a head's size",
        "Multiply by 1 / sqrt(model / heads): the scale is that of one head.",
        ["sqrt(f32(dim))", "sqrt(f32(MODEL))"],
      ],
      "mask-reversed": [
        "the causal mask hides the past instead of the future",
        "Reverse the comparison: token t sees token j if j <= t.",
        ["key >= visible(query)", "key < select(0u, query, CAUSAL)"],
        [
          "let start = row * KEYS;\n  let end = start + visible(row);",
          "let start = row * TOKENS + select(0u, row % TOKENS, CAUSAL);\n  let end = (row + 1u) * TOKENS;",
        ],
        ["var key = 0u; key < visible(query);", "var key = select(0u, query, CAUSAL); key < TOKENS;"],
      ],
      "queries-and-keys-swapped": [
        "queries and keys are swapped",
        "Check the order of the bindings: the score of tokens t and j is the product of row t of q and row j of k.",
        [PRODUCT, "k[query * MODEL + column] * q[key * MODEL + column]"],
      ],
    }),
    ...scoreMistakes("visible tokens", {
      "not-scaled": [[" / sqrt(f32(dim))", ""]],
      "scaled-by-dim": [["sqrt(f32(dim))", "f32(dim)"]],
      ...storedScores,
    }),
    ...causalMistakes({
      element: "token",
      count: "row % TOKENS + 1u",
      all: "TOKENS",
      rule: "token t sees token j only if j <= t",
      dividedLast: DIVIDED_LAST,
    }),
    ...axisMistakes({
      element: "feature",
      variable: "i",
      end: "MODEL",
      fate: "missing from the projections",
      tiles: TILES,
      stopAt: (end) => [["i < MODEL;", `i < ${end};`]],
    }),
    ...axisMistakes({
      element: "token",
      variable: "j",
      end: "TOKENS",
      fate: "omitted by the attention",
      tiles: TILES,
      stopAt: (end) => [[VISIBLE, `return min(select(TOKENS, row % TOKENS + 1u, CAUSAL), ${end});`], DIVIDED_LAST],
    }),
  ],
  plain,
  tuned,
  starter: {
    code: projection.replace(/.*/, "// The projection to the values, as if it were the whole layer."),
    invocationFor: ["tokens", "model"],
    bindings: ["x", "wv", "bv", "out"],
  },
});
