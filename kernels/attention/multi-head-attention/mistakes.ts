import type { Mistake } from "../../../harness/task/task.ts";
import type { MultiHeadShape } from "../../../reference/multi-head-attention.ts";
import type { Problem, Shape } from "../../../reference/oracle.ts";

type MultiHeadMistake = Mistake<MultiHeadShape, "causal">;
type MultiHeadProblem = Problem<MultiHeadShape, "causal">;
type Layer = "q" | "k" | "v" | "o";

/** e^x as an f32: infinity above 88.7, zero below -103.9. */
const exp = (x: number): number => Math.fround(Math.exp(x));

/** Index of a row's element in q, k, v and in the heads' results; `d` counts within the head. */
type HeadLayout = (token: number, head: number, d: number, shape: Shape<MultiHeadShape>) => number;

const BLOCKED: HeadLayout = (token, head, d, { model, heads }) => token * model + head * (model / heads) + d;

/** The steps that a wrong kernel changes; the rest is correct. */
interface Deviation {
  /** Weights read as `[in, out]`. */
  readonly transposed?: boolean;
  /** Layers whose bias is omitted. */
  readonly unbiased?: readonly Layer[];
  /** Number of terms in a projection's sums. */
  readonly features?: (model: number) => number;
  /** Omitted layers, whose input is passed on. */
  readonly skipped?: readonly Layer[];
  readonly heads?: (heads: number) => number;
  readonly inputLayout?: HeadLayout;
  readonly outputLayout?: HeadLayout;
  /** Scale of the scores. */
  readonly factor?: (dim: number, model: number) => number;
  /** The tokens that a token sees under the causal mask: from the first number up to, excluding, the second. */
  readonly visible?: (token: number, tokens: number) => readonly [number, number];
  /** Maximum number of tokens attended to. */
  readonly counted?: (tokens: number) => number;
  readonly weight?: (score: number, maximum: number) => number;
  readonly normalised?: boolean;
  /** Queries in place of keys, and keys in place of queries. */
  readonly swapped?: boolean;
}

function project(
  { shape, inputs }: MultiHeadProblem,
  layer: Layer,
  rows: ArrayLike<number>,
  { transposed = false, unbiased = [], skipped = [], features = (model) => model }: Deviation,
): Float64Array {
  const { tokens, model } = shape;
  if (skipped.includes(layer)) return Float64Array.from(rows);
  const weights = inputs[`w${layer}`]!;
  const bias = inputs[`b${layer}`]!;
  const count = features(model);
  const result = new Float64Array(tokens * model);
  for (let at = 0; at < result.length; at++) {
    const o = at % model;
    let sum = unbiased.includes(layer) ? 0 : bias[o]!;
    for (let i = 0; i < count; i++) sum += rows[at - o + i]! * weights[transposed ? i * model + o : o * model + i]!;
    result[at] = sum;
  }
  return result;
}

/** The heads' results, before the output projection. */
function attend(
  shape: Shape<MultiHeadShape>,
  causal: number,
  [q, k, v]: readonly [Float64Array, Float64Array, Float64Array],
  {
    inputLayout = BLOCKED,
    outputLayout = BLOCKED,
    factor = (dim) => 1 / Math.sqrt(dim),
    visible = (token) => [0, token + 1],
    counted = (all) => all,
    weight = (score, maximum) => Math.exp(score - maximum),
    normalised = true,
  }: Deviation,
): Float64Array {
  const { tokens, model, heads } = shape;
  const dim = model / heads;
  const result = new Float64Array(tokens * model);
  for (let token = 0; token < tokens; token++) {
    const [first, end] = causal ? visible(token, tokens) : [0, tokens];
    const last = Math.min(end, counted(tokens));
    for (let head = 0; head < heads; head++) {
      const scores: number[] = [];
      for (let key = first; key < last; key++) {
        let dot = 0;
        for (let d = 0; d < dim; d++) {
          dot += q[inputLayout(token, head, d, shape)]! * k[inputLayout(key, head, d, shape)]!;
        }
        scores.push(dot * factor(dim, model));
      }
      const maximum = Math.max(...scores);
      const weights = scores.map((score) => weight(score, maximum));
      const sum = normalised ? weights.reduce((a, b) => a + b, 0) : 1;
      for (let d = 0; d < dim; d++) {
        let total = 0;
        for (const [index, share] of weights.entries()) total += share * v[inputLayout(first + index, head, d, shape)]!;
        result[outputLayout(token, head, d, shape)] = total / sum;
      }
    }
  }
  return result;
}

/** The output, with one deviation from the correct function. */
function deviating(deviation: Deviation): MultiHeadMistake["outputs"] {
  return (problem) => {
    const { shape, params, inputs } = problem;
    const heads = deviation.heads?.(shape.heads) ?? shape.heads;
    const [q, k, v] = (["q", "k", "v"] as const).map((layer) => project(problem, layer, inputs.x!, deviation)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const operands = deviation.swapped ? ([k, q, v] as const) : ([q, k, v] as const);
    const attended = attend({ ...shape, heads }, params.causal, operands, deviation);
    return { out: project(problem, "o", attended, deviation) };
  };
}

const TILES = [4, 8, 16, 32, 64];

export const mistakes: readonly MultiHeadMistake[] = [
  {
    name: "weights-transposed",
    about: "the weights are read as [in, out] instead of [out, in]",
    hint: "Use index o * MODEL + i for element (o, i): output o takes row o of W.",
    outputs: deviating({ transposed: true }),
  },
  {
    name: "biases-left-out",
    about: "none of the four biases is added",
    hint: "Start each sum with the bias of its output: a projection is W x + b.",
    outputs: deviating({ unbiased: ["q", "k", "v", "o"] }),
  },
  {
    name: "output-bias-left-out",
    about: "the bias of the output projection is not added",
    hint: "Add bo: the output projection has a bias too.",
    outputs: deviating({ unbiased: ["o"] }),
  },
  {
    name: "output-projection-left-out",
    about: "the output projection is missing",
    hint: "Multiply each token's row of concatenated heads by wo and add bo.",
    outputs: deviating({ skipped: ["o"] }),
  },
  {
    name: "heads-interleaved",
    about: "head h takes columns h, h + heads, h + 2 * heads … instead of consecutive ones",
    hint: "Use column h * dim + d for element d of head h: a head's columns are consecutive.",
    outputs: deviating({
      inputLayout: (token, head, d, { model, heads }) => token * model + d * heads + head,
      outputLayout: (token, head, d, { model, heads }) => token * model + d * heads + head,
    }),
  },
  {
    name: "one-head",
    about: "all columns are treated as one head",
    hint: "Compute scores and a softmax for each head separately, over its model / heads columns.",
    outputs: deviating({ heads: () => 1 }),
  },
  {
    name: "heads-not-merged",
    about: "the heads' results are stored as [heads, tokens, dim] and projected as if they were [tokens, model]",
    hint: "Store element (t, h, d) at t * MODEL + h * dim + d: the output projection needs a token's heads side by side.",
    outputs: deviating({
      outputLayout: (token, head, d, { tokens, model, heads }) => (head * tokens + token) * (model / heads) + d,
    }),
  },
  {
    name: "heads-not-split",
    about: "q, k and v are read as [heads, tokens, dim] although they are stored as [tokens, heads, dim]",
    hint: "Use index t * MODEL + h * dim + d: a projection's row holds all heads of one token.",
    outputs: deviating({
      inputLayout: (token, head, d, { tokens, model, heads }) => (head * tokens + token) * (model / heads) + d,
    }),
  },
  {
    name: "not-scaled",
    about: "the scores are not divided by the square root of a head's size",
    hint: "Multiply each query-key dot product by 1 / sqrt(dim), with dim = model / heads, before the softmax.",
    outputs: deviating({ factor: () => 1 }),
  },
  {
    name: "scaled-by-model",
    about: "the scores are divided by the square root of model instead of the square root of a head's size",
    hint: "Multiply by 1 / sqrt(model / heads): the scale is that of one head.",
    outputs: deviating({ factor: (_, model) => 1 / Math.sqrt(model) }),
  },
  {
    name: "no-max-subtraction",
    about: "the largest score of a row is not subtracted before exp",
    hint: "Subtract the row's largest score first: the quotient stays the same. exp(x) overflows an f32 above x = 88.7 and underflows below -87.",
    outputs: deviating({ weight: exp }),
  },
  {
    name: "not-normalised",
    about: "the weighted sum of values is not divided by the sum of the weights",
    hint: "Divide by the sum of exp(score - maximum) over the visible tokens, so that the weights add up to 1.",
    outputs: deviating({ normalised: false }),
  },
  {
    name: "not-causal",
    about: "the causal mask is missing",
    hint: "When causal is 1, skip the tokens after t for token t.",
    outputs: deviating({ visible: (_, tokens) => [0, tokens] }),
  },
  {
    name: "own-token-hidden",
    about: "the causal mask hides the token itself",
    hint: "Include equality: token t sees token j if j <= t; otherwise the first token sees nothing.",
    outputs: deviating({ visible: (token) => [0, token] }),
  },
  {
    name: "next-token-visible",
    about: "the causal mask lets the next token through",
    hint: "Stop at the token itself: token t sees token j only if j <= t.",
    outputs: deviating({ visible: (token, tokens) => [0, Math.min(tokens, token + 2)] }),
  },
  {
    name: "mask-reversed",
    about: "the causal mask hides the past instead of the future",
    hint: "Reverse the comparison: token t sees token j if j <= t.",
    outputs: deviating({ visible: (token, tokens) => [token, tokens] }),
  },
  {
    name: "queries-and-keys-swapped",
    about: "queries and keys are swapped",
    hint: "Check the order of the bindings: the score of tokens t and j is the product of row t of q and row j of k.",
    outputs: deviating({ swapped: true }),
  },
  ...TILES.map((tile) => ({
    name: `ragged-features-left-out-${tile}`,
    about: `the projections omit elements past the last full tile of ${tile}`,
    hint: `Round the number of tiles up and guard the last one: model need not be a multiple of ${tile}.`,
    outputs: deviating({ features: (model) => Math.floor(model / tile) * tile }),
  })),
  ...TILES.map((tile) => ({
    name: `ragged-tokens-left-out-${tile}`,
    about: `attention omits tokens past the last full tile of ${tile}`,
    hint: `Round the number of tiles up and guard the last one: the number of tokens need not be a multiple of ${tile}.`,
    outputs: deviating({ counted: (tokens) => Math.floor(tokens / tile) * tile }),
  })),
];
