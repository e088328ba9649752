import { atMost, finite, flag } from "../../harness/task/constraints.ts";
import type { TaskSpec, TensorSpec } from "../../harness/task/task.ts";
import { type AttentionShape, visibleKeys } from "../../reference/attention.ts";
import type { Params, Problem, Shape } from "../../reference/oracle.ts";
import type { Random } from "../../reference/random.ts";
import { MOST_SCORE, MOST_VALUE, scoreOf } from "./score-geometry.ts";

/** The interface that `attention` and `flash-attention` share: the same function of the same tensors. */
export type AttentionSpec = TaskSpec<AttentionShape, "causal">;

export const MOST_DIM = 256;

export const formula = `For each head \`h\` and each query \`i\`, the mean of the values, weighted by a softmax of the scores:

    s[j]       = sum over d of q[h,i,d] * k[h,j,d] / sqrt(dim)
    p[j]       = exp(s[j] - max of s) / sum over j of exp(s[j] - max of s)
    out[h,i,d] = sum over j of p[j] * v[h,j,d]

With \`causal = 1\`, query \`i\` sees key \`j\` only if \`j <= i + keys - queries\`: the last query sees every key, the one
before it all except the last. With \`causal = 0\`, every query sees
every key.

All tensors are row-major, the last index fastest. \`queries\` and \`keys\` may differ, and sizes need not be multiples
of anything; \`dim\` is at most ${MOST_DIM}. Scores reach ${MOST_SCORE} in magnitude: subtract the maximum before \`exp\`.`;

export const shape: AttentionSpec["shape"] = {
  heads: "heads, each with its own queries, keys and values",
  queries: "queries in a head",
  keys: "keys and values in a head",
  dim: "elements of a query, a key or a value",
};

export const params: AttentionSpec["params"] = {
  causal: "1: query i sees only keys up to i + keys - queries; 0: every query sees every key",
};

export const inputs: readonly TensorSpec[] = [
  { name: "q", type: "f32", dims: ["heads", "queries", "dim"], about: "queries" },
  { name: "k", type: "f32", dims: ["heads", "keys", "dim"], about: "keys" },
  { name: "v", type: "f32", dims: ["heads", "keys", "dim"], about: "values" },
];

export const outputs: readonly TensorSpec[] = [
  { name: "out", type: "f32", dims: ["heads", "queries", "dim"], about: "for each query, the weighted mean of values" },
];

export const ranges: AttentionSpec["ranges"] = [
  { of: "scores of visible keys, `s`", least: -MOST_SCORE, most: MOST_SCORE, values: visibleScores },
  { of: "`v`", least: -MOST_VALUE, most: MOST_VALUE, values: ({ inputs }) => inputs.v! },
];

function visibleScores({ shape, params, inputs }: Problem<AttentionShape, "causal">): Float64Array {
  const { heads, queries, keys, dim } = shape;
  const scores: number[] = [];
  for (let row = 0; row < heads * queries; row++) {
    const visible = visibleKeys(row % queries, queries, keys, params.causal);
    const keyAt = Math.floor(row / queries) * keys;
    for (let key = 0; key < visible; key++)
      scores.push(scoreOf(inputs.q!, row * dim, inputs.k!, (keyAt + key) * dim, dim));
  }
  return Float64Array.from(scores);
}

export const constraints: AttentionSpec["constraints"] = [
  flag("causal"),
  {
    sentence: "With `causal = 1`, `keys` is at least `queries`, so that each query sees a key.",
    of: "dimensions",
    holds: ({ shape, params }) => params.causal === 0 || shape.keys >= shape.queries,
  },
  atMost("dim", MOST_DIM),
  finite,
];

/** For each visible key: one multiply-add per element of a query and of a value, and 5 operations of the softmax. */
export function flops({ heads, queries, keys, dim }: Shape<AttentionShape>, { causal }: Params<"causal">): number {
  const hidden = causal ? (queries * (queries - 1)) / 2 : 0;
  return heads * (queries * keys - hidden) * (4 * dim + 5);
}

export function drawShape(random: Random): { shape: Shape<AttentionShape>; params: Params<"causal"> } {
  const queries = random.integer(2, 70);
  const causal = random.integer(0, 1);
  const keys = random.integer(causal ? queries : 2, 150);
  return { shape: { heads: random.integer(1, 3), queries, keys, dim: random.integer(2, 72) }, params: { causal } };
}
