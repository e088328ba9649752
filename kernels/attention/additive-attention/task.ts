import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask, type DrawInputs } from "../../../harness/task/compose-task.ts";
import { linearWeights, normal } from "../../../harness/task/data-library.ts";
import { axisMistakes, missingTerms, mistakes } from "../../../harness/task/mistake-library.ts";
import { signs } from "../../../harness/task/score-data.ts";
import { add, concat, dot, gathered, matVec, softmax, softmaxMean, tanh, tiled } from "../../../reference/bounded.ts";
import type { Problem, Shape } from "../../../reference/oracle.ts";
import { type Names, plain } from "./plain.ts";
import starter from "./starter.wgsl";
import { tuned } from "./tuned.ts";

/** The largest magnitude of an argument of tanh: sinh and cosh overflow an f32 above 88. */
const MOST_ARGUMENT = 80;
/** The largest magnitude of a score, and the largest sum of `v`'s magnitudes. */
const MOST_SCORE = 100;
const TILES = [16, 64];

function hiddenArguments({ shape, inputs: { q, k, w_q, w_k } }: Problem<Names, never>): Float64Array {
  const { queries, keys, query_dim, key_dim, hidden } = shape;
  const project = (rows: ArrayLike<number>, w: ArrayLike<number>, count: number, cols: number) =>
    Float64Array.from({ length: count * hidden }, (_, at) => {
      let sum = 0;
      for (let c = 0; c < cols; c++) sum += w[(at % hidden) * cols + c]! * rows[Math.floor(at / hidden) * cols + c]!;
      return sum;
    });
  const [fromQueries, fromKeys] = [project(q!, w_q!, queries, query_dim), project(k!, w_k!, keys, key_dim)];
  return Float64Array.from({ length: queries * keys * hidden }, (_, at) => {
    const [query, key, h] = [Math.floor(at / hidden / keys), Math.floor(at / hidden) % keys, at % hidden];
    return fromQueries[query * hidden + h]! + fromKeys[key * hidden + h]!;
  });
}

/** Parts of an argument of tanh: the larger decides its sign. */
const [LARGER, SMALLER] = [51, 29];

/**
 * Arguments of tanh near the ends of their range, or halfway to them: units in turn take their sign from the query and from
 * the key, each of which is on one of two sides. Signs are those of `v`, so that scores are near the ends of theirs, or 0.
 * The second half of a row has no weight.
 */
const saturated: DrawInputs<Names, never> = (random, shape) => {
  const { queries, keys, query_dim, key_dim, hidden } = shape;
  const sign = signs(random, hidden);
  const side = (count: number, cols: number, ownTurn: number, isPositive: (row: number) => boolean) => {
    const direction = signs(random, cols);
    const used = Math.ceil(cols / 2);
    const nearly = () => random.uniform(0.99, 1);
    const rows = random.f32(count * cols, (_, at) => {
      const [row, c] = [Math.floor(at / cols), at % cols];
      return c < used ? (isPositive(row) ? 1 : -1) * direction[c]! * nearly() : random.normal(0.5, 1);
    });
    const w = random.f32(hidden * cols, (_, at) => {
      const [unit, c] = [Math.floor(at / cols), at % cols];
      const most = unit % 2 === ownTurn ? LARGER : SMALLER;
      return c < used ? (sign[unit]! * direction[c]! * most * nearly()) / used : 0;
    });
    return [rows, w] as const;
  };
  const [q, w_q] = side(queries, query_dim, 1, (row) => row % 2 === 0);
  const [k, w_k] = side(keys, key_dim, 0, (row) => row === largestKey(shape));
  const v = random.f32(hidden, (_, h) => (sign[h]! * MOST_SCORE * random.uniform(0.98, 1)) / hidden);
  return { q, k, w_q, w_k, v };
};

/** The key with the largest score: the first, the second or the third, each in one of the shapes. */
const largestKey = ({ keys, hidden }: Shape<Names>) => Math.min(keys - 1, (keys + hidden) % 3);

/** What the first unit, which alone depends on the key, adds to or takes from a low score. */
const FIRST_UNIT = 4;

/** Scores so far below zero that exp of them is 0 or has lost its digits. */
const low: DrawInputs<Names, never> = (random, { queries, query_dim, key_dim, hidden }) => {
  const sign = signs(random, hidden);
  const least = MOST_SCORE - 2 - FIRST_UNIT;
  const weights = (cols: number, weight: (unit: number) => number) =>
    random.f32(hidden * cols, (_, at) => weight(Math.floor(at / cols)) / cols);
  return {
    q: random.f32(queries * query_dim, () => random.uniform(0.5, 1.5)),
    w_q: weights(query_dim, (unit) => (unit === 0 ? 0 : -sign[unit]! * random.uniform(30, 50))),
    w_k: weights(key_dim, (unit) => random.normal(0, unit === 0 ? Math.sqrt(key_dim) : 0.1)),
    v: random.f32(hidden, (_, unit) => (unit === 0 ? FIRST_UNIT : (sign[unit]! * least) / (hidden - 1))),
  };
};

export default composeTask({
  name: "additive-attention",
  family: "attention",
  title: "Additive attention",
  step: {
    track: "attention and inference",
    level: 3,
    teaches: "scores by a small network, and tanh without overflow",
    questions: [26],
  },
  statement: `Bahdanau's attention, in which a small network scores queries against keys; the keys are also the values:

    s[i,j]       = sum over u of v[u] · tanh(sum over d of w_q[u,d] · q[i,d] + sum over e of w_k[u,e] · k[j,e])
    weights[i,j] = exp(s[i,j] - max of s[i]) / sum over j of exp(s[i,j] - max of s[i])
    context[i,e] = sum over j of weights[i,j] · k[j,e]

The arguments of \`tanh\` reach ${MOST_ARGUMENT} in magnitude: \`tanh(x)\` is within an f32 there, but \`exp(2x)\` is not. Scores reach ${MOST_SCORE}:
subtract the maximum before \`exp\`. Scratch has room for the projections of queries and keys.`,
  example: {
    shape: { queries: 1, keys: 2, query_dim: 1, key_dim: 1, hidden: 1 },
    params: {},
    inputs: { q: [1], k: [-1, 2], w_q: [1], w_k: [1], v: [2] },
  },
  hints: [
    "Project all queries and all keys first, each in a pass of its own: a projection is needed for every pair.",
    "Use WGSL's tanh: (exp(2x) - 1) / (exp(2x) + 1) is infinity over infinity above x = 44.",
    "Keep the scores in weights: they have its size, and the softmax replaces them.",
    "Use one invocation for each score: there are queries · keys of them, and each takes `hidden` tanh.",
  ],
  shape: {
    queries: "queries",
    keys: "keys, which are the values too",
    query_dim: "elements of a query",
    key_dim: "elements of a key",
    hidden: "units of the scoring network",
  },
  params: {},
  inputs: {
    q: { dims: ["queries", "query_dim"], about: "queries" },
    k: { dims: ["keys", "key_dim"], about: "keys and values" },
    w_q: { dims: ["hidden", "query_dim"], about: "weights of the queries, [out, in]" },
    w_k: { dims: ["hidden", "key_dim"], about: "weights of the keys, [out, in]" },
    v: { dims: ["hidden"], about: "weights of the hidden units" },
  },
  outputs: {
    context: { dims: ["queries", "key_dim"], about: "the weighted mean of keys for each query" },
    weights: { dims: ["queries", "keys"], about: "the weights, which add up to 1 in each row" },
  },
  unit: ["queries"],
  ranges: [{ of: "the arguments of `tanh`", least: -MOST_ARGUMENT, most: MOST_ARGUMENT, values: hiddenArguments }],
  constraints: [
    {
      sentence: `The magnitudes of \`v\` add up to at most ${MOST_SCORE}.`,
      of: "inputs",
      holds: ({ inputs }) => Array.from(inputs.v!, Math.abs).reduce((sum, weight) => sum + weight, 0) <= MOST_SCORE,
    },
  ],
  reference: {
    prepare({ k, w_q, w_k, v }, { keys, query_dim, key_dim, hidden }) {
      // A kernel may add both products to one sum.
      const roundings = query_dim + key_dim;
      const project = (w: typeof v, row: typeof v, cols: number) =>
        gathered(hidden, (h) => dot(w.slice(h * cols, cols), row, roundings));
      const fromKeys = concat(
        ...Array.from({ length: keys }, (_, j) => project(w_k, k.slice(j * key_dim, key_dim), key_dim)),
      );
      return ({ q }) => {
        const fromQuery = tiled(project(w_q, q, query_dim), keys);
        const scores = matVec(tanh(add(fromQuery, fromKeys)), v);
        return { context: softmaxMean(scores, k), weights: softmax(scores) };
      };
    },
  },
  cases: casesOf({
    axes: ["queries", "keys", "query_dim", "key_dim", "hidden"],
    checks: [
      ["tiny", [1, 1, 1, 1, 1]],
      ["tiny", [2, 3, 2, 1, 3]],
      ["whole vectors", [1, 2, 8, 4, 36]],
      ["whole vectors", [4, 5, 4, 8, 8]],
      ["whole vectors", [13, 12, 36, 8, 68], "all"],
      ["odd sizes", [7, 13, 5, 11, 23], "all"],
      ["odd sizes", [23, 19, 97, 3, 7]],
      ["one query", [1, 40, 61, 12, 31], "all"],
      ["around a tile", [17, 15, 16, 64, 13], "all"],
      ["around a tile", [15, 65, 17, 16, 63]],
      ["around a tile", [63, 16, 65, 17, 15]],
      ["around a tile", [16, 63, 64, 65, 17], "all"],
      ["wide network", [5, 9, 11, 13, 257]],
      ["many keys", [3, 8209, 2, 3, 2]],
      ["many queries", [65_537, 3, 1, 2, 2], ["plain", "gentle"]],
    ],
    draw: (random) =>
      [2, 2, 1, 1, 1].map((least) => random.integer(least, 40)) as [number, number, number, number, number],
    measures: { small: [32, 64, 32, 32, 32], medium: [64, 128, 64, 64, 64], large: [128, 256, 128, 128, 128] },
  }),
  data: {
    plain: [
      "queries and keys around 0.3, and scores of which a few stand out",
      {
        q: normal(0.3, 1),
        k: normal(0.3, 1),
        w_q: linearWeights(1),
        w_k: linearWeights(1),
        v: (random, { cols }) => random.f32(cols, () => (3 * random.normal(0.3, 1)) / Math.sqrt(cols)),
      },
    ],
    gentle: [
      "scores so close to each other that weights hardly differ",
      { v: (random, { cols }) => random.f32(cols, () => (0.02 * random.normal(0.3, 1)) / Math.sqrt(cols)) },
    ],
    saturated: [
      "tanh is 1, -1 or near 0, scores reach both ends of their range, and one key in each row has the largest",
      saturated,
      "ends",
    ],
    low: ["all scores are far below zero, where exp is 0 or has lost its digits", low],
  },
  scratchLimitBytes: ({ queries, keys, hidden }) => 4 * (64 * (queries + keys) * hidden + queries * keys),
  flops: ({ queries, keys, query_dim, key_dim, hidden }) =>
    2 * hidden * (queries * query_dim + keys * key_dim) + queries * keys * (4 * hidden + 2 * key_dim + 5),
  mistakes: [
    ...mistakes({
      "tanh-overflows": [
        "tanh is a quotient of exponentials, which overflow",
        "Use tanh(x), or 1 - 2 / (exp(2x) + 1): (exp(2x) - 1) / (exp(2x) + 1) is infinity over infinity above x = 44.",
        [
          "score += v[h] * tanh(from_queries[query * HIDDEN + h] + from_keys[j * HIDDEN + h]);",
          `let e = exp(2.0 * (from_queries[query * HIDDEN + h] + from_keys[j * HIDDEN + h]));
      score += v[h] * (e - 1.0) / (e + 1.0);`,
        ],
      ],
      "no-tanh": [
        "the scores are linear: tanh is missing",
        "Take tanh of each hidden unit before it is weighted by v.",
        ["tanh(from", "(from"],
      ],
      "tanh-of-the-sum": [
        "tanh is taken of the weighted sum instead of each hidden unit",
        "Take tanh inside the sum over u: v[u] · tanh(…).",
        ["tanh(from", "(from"],
        ["weights[start + j] = score;", "score = tanh(score);\n    weights[start + j] = score;"],
      ],
      "dot-product-attention": [
        "projections are multiplied, as in scaled dot-product attention, instead of added",
        "Add the two projections of a hidden unit, and take tanh.",
        ["[query * HIDDEN + h] + from_keys", "[query * HIDDEN + h] * from_keys"],
      ],
      "hidden-weights-left-out": [
        "v is not used: the hidden units are added up",
        "Multiply tanh of hidden unit u by v[u].",
        ["v[h] * tanh", "tanh"],
      ],
      "scaled-scores": [
        "the scores are divided by the root of `hidden`",
        "Do not scale the scores: additive attention has no factor.",
        ["weights[start + j] = score;", "score /= sqrt(f32(HIDDEN));\n    weights[start + j] = score;"],
      ],
      "no-max-subtraction": [
        "the largest score of a row is not subtracted before exp",
        "Subtract the row's largest score first: exp(x) overflows an f32 above x = 88.7.",
        ["exp(weights[start + j] - maximum)", "exp(weights[start + j])"],
      ],
      "not-normalised": [
        "the weights are not divided by their sum",
        "Divide each row of weights by its sum.",
        ["weights[start + j] /= sum;", ""],
      ],
      "weights-transposed": [
        "w_q and w_k are read as [in, out]",
        "Use index u * cols + c: hidden unit u has a row of weights.",
        ["w[index % HIDDEN * COLS + c]", "w[c * HIDDEN + index % HIDDEN]"],
      ],
    }),
    ...missingTerms({ statement: "sum += weights[start + j];", variable: "j", end: "KEYS", tiles: TILES }),
    ...axisMistakes({
      element: "unit",
      variable: "u",
      end: "HIDDEN",
      fate: "missing from the scores",
      tiles: TILES,
      stopAt: (end) => [["h < HIDDEN;", `h < ${end};`]],
    }),
  ],
  plain,
  tuned,
  starter: { code: starter, invocationFor: ["queries"], bindings: ["k", "context", "weights"] },
});
