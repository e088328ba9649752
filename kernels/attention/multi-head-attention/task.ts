import { composeTask } from "../../../harness/task/compose-task.ts";
import { flag, multiple } from "../../../harness/task/constraints.ts";
import type { Edit } from "../../../harness/task/kernel-change.ts";
import type { Plan } from "../../../harness/task/plan.ts";
import {
  type MultiHeadInput,
  type MultiHeadShape,
  multiHeadAttention,
} from "../../../reference/multi-head-attention.ts";
import type { Problem, Shape } from "../../../reference/oracle.ts";
import type { Random } from "../../../reference/random.ts";
import { largestElement, MOST_SCORE, scoreOf, TowerDirections } from "../score-geometry.ts";
import { plain } from "./plain.ts";
import starter from "./starter.wgsl";
import { tuned } from "./tuned.ts";

type MultiHeadInputs = Readonly<Record<MultiHeadInput, Float32Array>>;

/** Number of large weights in a row, and the relative size of the others. */
const LARGE_WEIGHTS = 5;
const SMALL = 0.02;

/**
 * Weights of a projection: a few inputs dominate every output, and every input dominates some output, so that omitting
 * any input shows. With weights of equal size, outputs would be small remainders of
 * long sums, and the bound on their rounding errors would be as large as the effect of an omitted input.
 */
function drawWeights(random: Random, model: number, gain: number): Float32Array {
  const weights = random.f32(model * model, () => SMALL * random.normal(0, 1 / Math.sqrt(model)));
  const large = Math.min(LARGE_WEIGHTS, model);
  const inputs = Array.from({ length: model }, (_, input) => input);
  for (let round = 0; round < large; round++) {
    for (const [output, input] of random.shuffled(inputs).entries()) {
      weights[output * model + input]! += (random.pick([-1, 1]) * random.uniform(0.7, 1.3)) / Math.sqrt(large);
    }
  }
  return weights.map((weight) => gain * weight);
}

/**
 * Tokens with an offset, and weights that keep their size: queries and keys are spread widely enough for scores to vary
 * by about 2, so few tokens carry most of the weight, as in trained models.
 */
function plainTensors(random: Random, { tokens, model }: Shape<MultiHeadShape>): MultiHeadInputs {
  const bias = () => random.f32(model, () => random.normal(0.3, 0.5));
  return {
    x: random.f32(tokens * model, () => random.normal(0.3, 1)),
    wq: drawWeights(random, model, 1.3),
    wk: drawWeights(random, model, 1.3),
    wv: drawWeights(random, model, 1),
    wo: drawWeights(random, model, 1),
    bq: bias(),
    bk: bias(),
    bv: bias(),
    bo: bias(),
  };
}

/** Strength of the head's direction in each column of the queries, for data with chosen scores. */
const ALONG = 1.5;

/**
 * Data in which token `j` has a score of about `score(j)` in every head, for every query: the query's bias gives each
 * head a direction, the tokens are at different levels along one direction of the model, and the key's weights map the
 * second direction to the first. `noise` is the deviation of scores.
 */
function leveled(
  random: Random,
  shape: Shape<MultiHeadShape>,
  noise: number,
  score: (token: number) => number,
): MultiHeadInputs {
  const { tokens, model, heads } = shape;
  const tensors = plainTensors(random, shape);
  const axis = Float64Array.from({ length: model }, () => random.pick([-1, 1]));
  const direction = Float64Array.from({ length: model }, () => random.pick([-1, 1]));
  const weights = (element: (o: number, i: number) => number) =>
    random.f32(model * model, (_, at) => element(Math.floor(at / model), at % model));
  // A level of 1 along the axis yields a key whose product with the query's bias is ALONG²·dim before scaling.
  const perLevel = ALONG * ALONG * Math.sqrt(model / heads);
  const stray = () => random.normal(0, (0.3 * noise) / Math.sqrt(model));
  return {
    ...tensors,
    x: random.f32(tokens * model, (_, at) => {
      const level = score(Math.floor(at / model)) / perLevel;
      return level * axis[at % model]! + random.normal(0, 0.5);
    }),
    wq: weights(stray),
    wk: weights((o, i) => (ALONG * direction[o]! * axis[i]!) / model + stray()),
    bq: random.f32(model, (_, o) => ALONG * direction[o]!),
    bk: new Float32Array(model),
  };
}

/** A score near the end of the range; those of `steep` deviate from it by about 1. */
const NEAR_MOST = MOST_SCORE - 5;

/**
 * Scores near the ends of the range: at the upper end for tokens selected by `isHigh`. Such tokens are so large that
 * queries must not depend on them at all.
 */
function steep(random: Random, shape: Shape<MultiHeadShape>, isHigh: (token: number) => boolean): MultiHeadInputs {
  const tensors = leveled(random, shape, 0.02, (token) => (isHigh(token) ? NEAR_MOST : -NEAR_MOST));
  return { ...tensors, wq: new Float32Array(tensors.wq.length) };
}

/** Deviation of the elements of towering tokens from their size. */
const STRAY = 0.001;

/**
 * Data in which one token scores `MOST_SCORE` for token `t`, far above the others: itself in head 0, its
 * neighbour in head 1, which may be hidden, and in head `h` the token with index `t` xor `h`. Tokens are
 * directions with signs; the query's weights keep them, and the key's weights turn each into its partner.
 */
function towering(random: Random, shape: Shape<MultiHeadShape>): MultiHeadInputs {
  const { tokens, model, heads } = shape;
  const dim = model / heads;
  const directions = new TowerDirections(dim);
  const size = largestElement(dim);
  const weights = (diagonal: (o: number) => number) =>
    random.f32(model * model, (_, at) => (at % (model + 1) === 0 ? diagonal(at % model) : 0));
  return {
    ...plainTensors(random, shape),
    x: random.f32(tokens * model, (_, at) => {
      const number = Math.floor(at / model) % directions.count;
      return size * (directions.sign(number, (at % model) % dim) + random.normal(0, STRAY));
    }),
    wq: weights(() => 1),
    wk: weights((o) => directions.sign(Math.floor(o / dim) % directions.count, o % dim)),
    bq: new Float32Array(model),
    bk: new Float32Array(model),
  };
}

function visibleScores({ shape, params, inputs }: Problem<MultiHeadShape, "causal">): Float64Array {
  const { tokens, model, heads } = shape;
  const dim = model / heads;
  const project = (layer: "q" | "k") =>
    Float64Array.from({ length: tokens * model }, (_, at) => {
      const token = Math.floor(at / model);
      let sum = inputs[`b${layer}`]![at % model]!;
      for (let i = 0; i < model; i++)
        sum += inputs[`w${layer}`]![(at % model) * model + i]! * inputs.x![token * model + i]!;
      return sum;
    });
  const [q, k] = [project("q"), project("k")];
  const scores: number[] = [];
  for (let token = 0; token < tokens; token++) {
    for (let key = 0; key < (params.causal ? token + 1 : tokens); key++) {
      for (let at = 0; at < model; at += dim) scores.push(scoreOf(q, token * model + at, k, key * model + at, dim));
    }
  }
  return Float64Array.from(scores);
}

function largeScores(random: Random, shape: Shape<MultiHeadShape>): MultiHeadInputs {
  const { model, heads } = shape;
  const dim = model / heads;
  const size = largestElement(dim);
  const tensors = plainTensors(random, shape);
  const direction = Float64Array.from({ length: model }, () => random.pick([-1, 1]));
  // Weights small enough that scores deviate from the level by about a quarter.
  const narrow = (wide: Float32Array) => wide.map((weight) => weight / (8 * size));
  return {
    ...tensors,
    wq: narrow(tensors.wq),
    wk: narrow(tensors.wk),
    bq: random.f32(model, (_, o) => size * direction[o]!),
    bk: random.f32(model, (_, o) => (Math.floor(o / dim) % 2 === 0 ? 1 : -1) * size * direction[o]!),
  };
}

function wideOutputs(random: Random, shape: Shape<MultiHeadShape>): MultiHeadInputs {
  const { model } = shape;
  const tensors = plainTensors(random, shape);
  const sizes = Float64Array.from({ length: model }, (_, o) => 10 ** (model === 1 ? 4 : (8 * o) / (model - 1) - 4));
  return {
    ...tensors,
    wo: tensors.wo.map((weight, at) => weight * sizes[Math.floor(at / model)]!),
    bo: tensors.bo.map((value, o) => value * sizes[o]!),
  };
}

const sized = (tokens: number, model: number, heads: number, causal: 0 | 1) => ({
  shape: { tokens, model, heads },
  params: { causal },
});

const weights = (of: string) =>
  ({ dims: ["model", "model"], about: `weights of the projection to ${of}, [out, in]` }) as const;
const bias = (of: string) => ({ dims: ["model"], about: `bias of the projection to ${of}` }) as const;

const VISIBLE = "return select(TOKENS, token + 1u, CAUSAL);";
const SCALED = "dot / sqrt(f32(dim))";
const PRODUCT = "q[query * MODEL + column] * k[key * MODEL + column]";
const STORED = "attended[index] = sum;";
/** 0/0 where no token is visible, as in kernels that divide by the sum last. */
const DIVIDED_LAST: Edit = [STORED, "attended[index] = sum * (f32(visible(query)) / f32(visible(query)));"];
const TILES = [4, 8, 16, 32, 64];

/** Changes the output projection alone, the last pass, which shares its kernel with the others. */
const inOutputProjection =
  (from: string, to: string) =>
  (plan: Plan): Plan => ({
    ...plan,
    passes: plan.passes.map((pass, index) =>
      index === plan.passes.length - 1 ? { ...pass, code: pass.code.replace(from, to) } : pass,
    ),
  });

const withOneHead = (plan: Plan): Plan => ({
  ...plan,
  passes: plan.passes.map((pass) =>
    pass.constants?.HEADS === undefined ? pass : { ...pass, constants: { ...pass.constants, HEADS: 1 } },
  ),
});

export default composeTask({
  name: "multi-head-attention",
  family: "attention",
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
        { group: "odd sizes", ...sized(7, 15, 3, 0), data: open },
        { group: "odd sizes", ...sized(61, 35, 5, 1), data: ["plain"] },
        { group: "around a tile", ...sized(16, 64, 4, 0), data: ["plain"] },
        { group: "around a tile", ...sized(65, 30, 2, 1), data: ["plain", "towering"] },
        { group: "around a tile", ...sized(63, 17, 1, 0), data: ["plain", "towering"] },
        { group: "causal", ...sized(11, 12, 4, 1), data: causal },
        { group: "causal", ...sized(67, 20, 2, 1), data: ["plain", "large-scores", "steep", "loud-future"] },
        { group: "wide heads", ...sized(5, 256, 1, 1), data: ["plain"] },
        { group: "many heads", ...sized(19, 24, 24, 0), data: ["plain"] },
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
    plain: ["independent normal values with an offset", plainTensors],
    "large-scores": [
      "scores are +300 in every other head and -300 in the rest: exp overflows or underflows unless the maximum is subtracted",
      largeScores,
    ],
    towering: [
      "each token has one token that scores 300, at least 96 above all others: exp overflows unless the maximum covers all visible tokens, and underflows if it includes hidden ones",
      towering,
    ],
    spikes: [
      "the first token, the last and one in between carry most of the weight",
      (random, shape) => {
        const { tokens } = shape;
        const heights = new Map(
          [Math.floor(tokens / 2), 0, tokens - 1].map((token) => [token, Math.log(tokens) + random.uniform(1, 3)]),
        );
        return leveled(random, shape, 1, (token) => heights.get(token) ?? 0);
      },
    ],
    steep: [
      "every other token towers over its neighbours by 600, odd ones in even heads and even ones in odd heads: exp overflows unless one of them is the maximum",
      (random, shape) => {
        const dim = shape.model / shape.heads;
        const tensors = steep(random, shape, (token) => token % 2 === 1);
        return { ...tensors, bq: tensors.bq.map((value, o) => (Math.floor(o / dim) % 2 === 0 ? value : -value)) };
      },
    ],
    ramp: [
      "scores rise from the first token to the last, which stresses an online softmax",
      (random, shape) => {
        const span = random.uniform(8, 14);
        return leveled(random, shape, 0.5, (token) => (span * token) / shape.tokens - span / 2);
      },
    ],
    "wide-outputs": ["columns of the output from about 1e-4 to 1e4 in size", wideOutputs],
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
      name: "weights-transposed",
      about: "the weights are read as [in, out] instead of [out, in]",
      hint: "Use index o * MODEL + i for element (o, i): output o takes row o of W.",
      edits: [["weights[o * MODEL + i]", "weights[i * MODEL + o]"]],
    },
    {
      name: "biases-left-out",
      about: "none of the four biases is added",
      hint: "Start each sum with the bias of its output: a projection is W x + b.",
      edits: [["var sum = bias[o];", "var sum = 0.0;"]],
    },
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
      name: "heads-interleaved",
      about: "head h takes columns h, h + heads, h + 2 * heads … instead of consecutive ones",
      hint: "Use column h * dim + d for element d of head h: a head's columns are consecutive.",
      edits: [
        [
          "for (var column = head * dim; column < (head + 1u) * dim; column++)",
          "for (var column = head; column < MODEL; column += HEADS)",
        ],
        ["let head = column / (MODEL / HEADS);", "let head = column % HEADS;"],
      ],
    },
    {
      name: "one-head",
      about: "all columns are treated as one head",
      hint: "Compute scores and a softmax for each head separately, over its model / heads columns.",
      replan: withOneHead,
    },
    {
      name: "heads-not-merged",
      about: "the heads' results are stored as [heads, tokens, dim] and projected as if they were [tokens, model]",
      hint: "Store element (t, h, d) at t * MODEL + h * dim + d: the output projection needs a token's heads side by side.",
      edits: [[STORED, "attended[(head * TOKENS + query) * (MODEL / HEADS) + column % (MODEL / HEADS)] = sum;"]],
    },
    {
      name: "heads-not-split",
      about: "q, k and v are read as [heads, tokens, dim] although they are stored as [tokens, heads, dim]",
      hint: "Use index t * MODEL + h * dim + d: a projection's row holds all heads of one token.",
      edits: [
        [PRODUCT, "q[(head * TOKENS + query) * dim + column % dim] * k[(head * TOKENS + key) * dim + column % dim]"],
        ["v[key * MODEL + column]", "v[(head * TOKENS + key) * (MODEL / HEADS) + column % (MODEL / HEADS)]"],
      ],
    },
    {
      name: "not-scaled",
      about: "the scores are not divided by the square root of a head's size",
      hint: "Multiply each query-key dot product by 1 / sqrt(dim), with dim = model / heads, before the softmax.",
      edits: [[SCALED, "dot"]],
    },
    {
      name: "scaled-by-model",
      about: "the scores are divided by the square root of model instead of the square root of a head's size",
      hint: "Multiply by 1 / sqrt(model / heads): the scale is that of one head.",
      edits: [[SCALED, "dot / sqrt(f32(MODEL))"]],
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
      hint: "Divide by the sum of exp(score - maximum) over the visible tokens, so that the weights add up to 1.",
      edits: [["p[at] /= sum;", ""]],
    },
    {
      name: "not-causal",
      about: "the causal mask is missing",
      hint: "When causal is 1, skip the tokens after t for token t.",
      edits: [[VISIBLE, "return TOKENS;"]],
    },
    {
      name: "own-token-hidden",
      about: "the causal mask hides the token itself",
      hint: "Include equality: token t sees token j if j <= t; otherwise the first token sees nothing.",
      edits: [[VISIBLE, "return select(TOKENS, token, CAUSAL);"], DIVIDED_LAST],
    },
    {
      name: "next-token-visible",
      about: "the causal mask lets the next token through",
      hint: "Stop at the token itself: token t sees token j only if j <= t.",
      edits: [[VISIBLE, "return select(TOKENS, min(token + 2u, TOKENS), CAUSAL);"]],
    },
    {
      name: "mask-reversed",
      about: "the causal mask hides the past instead of the future",
      hint: "Reverse the comparison: token t sees token j if j <= t.",
      edits: [
        ["key >= visible(query)", "key < select(0u, query, CAUSAL)"],
        [
          "let start = row * TOKENS;\n  let end = start + visible(row % TOKENS);",
          "let start = row * TOKENS + select(0u, row % TOKENS, CAUSAL);\n  let end = (row + 1u) * TOKENS;",
        ],
        ["var key = 0u; key < visible(query);", "var key = select(0u, query, CAUSAL); key < TOKENS;"],
      ],
    },
    {
      name: "queries-and-keys-swapped",
      about: "queries and keys are swapped",
      hint: "Check the order of the bindings: the score of tokens t and j is the product of row t of q and row j of k.",
      edits: [[PRODUCT, "k[query * MODEL + column] * q[key * MODEL + column]"]],
    },
    ...TILES.map((tile) => ({
      name: `ragged-features-left-out-${tile}`,
      about: `the projections omit elements past the last full tile of ${tile}`,
      hint: `Round the number of tiles up and guard the last one: model need not be a multiple of ${tile}.`,
      edits: [["i < MODEL;", `i < MODEL / ${tile}u * ${tile}u;`]] satisfies Edit[],
    })),
    ...TILES.map((tile) => ({
      name: `ragged-tokens-left-out-${tile}`,
      about: `attention omits tokens past the last full tile of ${tile}`,
      hint: `Round the number of tiles up and guard the last one: the number of tokens need not be a multiple of ${tile}.`,
      edits: [
        [VISIBLE, `return min(select(TOKENS, token + 1u, CAUSAL), TOKENS / ${tile}u * ${tile}u);`],
        DIVIDED_LAST,
      ] satisfies Edit[],
    })),
  ],
  plain,
  tuned,
  starter: { code: starter, invocationFor: ["tokens", "model"], bindings: ["x", "wv", "bv", "out"] },
});
