import { finite, flag, multiple } from "../../../harness/task/constraints.ts";
import type { CheckShape, TaskSpec, TensorSpec } from "../../../harness/task/task.ts";
import type { MultiHeadShape } from "../../../reference/multi-head-attention.ts";
import type { Problem } from "../../../reference/oracle.ts";
import { MOST_SCORE, scoreOf } from "../score-geometry.ts";

const EVERY_KIND = ["plain", "large-scores", "towering", "spikes", "steep", "ramp", "wide-outputs"];
const EVERY_CAUSAL_KIND = [...EVERY_KIND, "loud-future"].filter((kind) => kind !== "towering");

export const spec: TaskSpec<MultiHeadShape, "causal"> = {
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
  params: { causal: "1: token t sees only tokens up to t; 0: every token sees every token" },
  inputs: [
    { name: "x", type: "f32", dims: ["tokens", "model"], about: "tokens" },
    weights("wq", "queries"),
    weights("wk", "keys"),
    weights("wv", "values"),
    weights("wo", "the output"),
    bias("bq", "queries"),
    bias("bk", "keys"),
    bias("bv", "values"),
    bias("bo", "the output"),
  ],
  outputs: [{ name: "out", type: "f32", dims: ["tokens", "model"], about: "the layer's result for each token" }],
  ranges: [{ of: "scores of visible tokens, `s`", least: -MOST_SCORE, most: MOST_SCORE, values: visibleScores }],
  constraints: [
    flag("causal"),
    multiple("model", "heads"),
    {
      sentence: "`dim` (`model / heads`) is at most 256.",
      of: "dimensions",
      holds: ({ shape }) => shape.model / shape.heads <= 256,
    },
    finite,
  ],
  checks: [
    check("tiny", [1, 1, 1], 0),
    check("tiny", [3, 4, 2], 0),
    check("odd sizes", [7, 15, 3], 0, EVERY_KIND),
    check("odd sizes", [61, 35, 5], 1),
    check("around a tile", [16, 64, 4], 0),
    check("around a tile", [65, 30, 2], 1, ["plain", "towering"]),
    check("around a tile", [63, 17, 1], 0, ["plain", "towering"]),
    check("causal", [11, 12, 4], 1, EVERY_CAUSAL_KIND),
    check("causal", [67, 20, 2], 1, ["plain", "large-scores", "steep", "loud-future"]),
    check("wide heads", [5, 256, 1], 1),
    check("many heads", [19, 24, 24], 0),
    check("many tokens", [521, 4, 2], 1),
  ],
  drawShape(random) {
    const heads = random.integer(1, 6);
    const model = heads * random.integer(1, Math.floor(96 / heads));
    return { shape: { tokens: random.integer(2, 100), model, heads }, params: { causal: random.integer(0, 1) } };
  },
  measures: [
    { name: "small", shape: { tokens: 64, model: 64, heads: 4 }, params: { causal: 1 } },
    { name: "medium", shape: { tokens: 128, model: 192, heads: 6 }, params: { causal: 1 } },
    { name: "large", shape: { tokens: 512, model: 384, heads: 6 }, params: { causal: 1 } },
  ],
  // Twelve tensors of the size of x, two copies of all weights, and two of every head's scores.
  scratchLimitBytes: ({ tokens, model, heads }) =>
    4 * (12 * tokens * model + 8 * model * model + 2 * heads * tokens * Math.max(64, tokens)),
  // Four projections; for each pair of tokens, a multiply-add per element of a query and of a value, and the softmax.
  flops({ tokens, model, heads }, { causal }) {
    const pairs = causal ? (tokens * (tokens + 1)) / 2 : tokens * tokens;
    return 8 * tokens * model * model + pairs * (4 * model + 5 * heads);
  },
};

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

function weights(name: string, of: string): TensorSpec {
  return { name, type: "f32", dims: ["model", "model"], about: `weights of the projection to ${of}, [out, in]` };
}

function bias(name: string, of: string): TensorSpec {
  return { name, type: "f32", dims: ["model"], about: `bias of the projection to ${of}` };
}

function check(
  group: string,
  [tokens, model, heads]: readonly [number, number, number],
  causal: 0 | 1,
  data: readonly string[] = ["plain"],
): CheckShape<MultiHeadShape, "causal"> {
  return { shape: { tokens, model, heads }, params: { causal }, group, data };
}
