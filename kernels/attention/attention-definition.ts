import type { CaseLibrary } from "../../harness/task/case-library.ts";
import { atMost, flag } from "../../harness/task/constraints.ts";
import type { Given } from "../../harness/task/reference-oracle.ts";
import { MOST_SCORE, MOST_VALUE, seenScores } from "../../harness/task/score-data.ts";
import type { Constraint, DeclaredRange } from "../../harness/task/task.ts";
import { type AttentionShape, attend, scoreFactor, visibleKeys } from "../../reference/attention.ts";
import type { Vector } from "../../reference/bounded.ts";
import type { Params, Shape } from "../../reference/oracle.ts";
import { data } from "./attention-data.ts";

type Inputs = Readonly<Record<"q" | "k" | "v", Vector>>;

const MOST_DIM = 256;

const scoreRange: DeclaredRange<AttentionShape, "causal"> = {
  of: "scores of visible keys, `s`",
  least: -MOST_SCORE,
  most: MOST_SCORE,
  values: ({ shape: { queries, keys, dim }, params: { causal }, inputs: { q, k } }) =>
    seenScores({ q: q!, k: k!, dim }, (row) => ({
      first: Math.floor(row / queries) * keys,
      count: visibleKeys(row % queries, queries, keys, causal),
    })),
};

const eachQuerySeesAKey: Constraint<AttentionShape, "causal"> = {
  sentence: "With `causal = 1`, `keys` is at least `queries`, so that each query sees a key.",
  of: "dimensions",
  holds: ({ shape, params }) => params.causal === 0 || shape.keys >= shape.queries,
};

const sized = (heads: number, queries: number, keys: number, dim: number, causal: number) => ({
  shape: { heads, queries, keys, dim },
  params: { causal },
});

type Sizes = readonly [heads: number, queries: number, keys: number, dim: number];

/** Measured with a causal mask, small to large. */
export function attentionCases(...measured: readonly [Sizes, Sizes, Sizes]): CaseLibrary<AttentionShape, "causal"> {
  return ({ kinds }) => {
    const unmasked = kinds.filter((kind) => kind !== "loud-future");
    const tile = ["plain", "towering"];
    const long = ["plain", "large-scores", "cliffs", "spikes", "ramp", "loud-future"];
    return {
      checks: [
        { group: "tiny", ...sized(1, 1, 1, 1, 0), data: ["plain"] },
        { group: "tiny", ...sized(2, 2, 3, 2, 1), data: ["plain"] },
        { group: "odd sizes", ...sized(3, 7, 13, 5, 0), data: unmasked },
        { group: "whole vectors", ...sized(2, 5, 18, 8, 0), data: ["plain"] },
        { group: "whole vectors", ...sized(1, 35, 37, 20, 1), data: kinds },
        { group: "around a tile", ...sized(2, 17, 64, 15, 0), data: tile },
        { group: "around a tile", ...sized(1, 65, 16, 63, 0), data: tile },
        { group: "around a tile", ...sized(2, 63, 126, 16, 1), data: tile },
        { group: "causal", ...sized(3, 7, 13, 5, 1), data: kinds },
        { group: "causal", ...sized(1, 35, 300, 19, 1), data: long },
        { group: "wide heads", ...sized(1, 9, 37, 256, 1), data: ["plain"] },
        { group: "long rows", ...sized(3, 3, 8209, 8, 1), data: ["spikes", "plain"] },
        { group: "many rows", ...sized(1, 65_537, 3, 2, 0), data: ["plain"] },
      ],
      drawShape(random) {
        const queries = random.integer(2, 70);
        const causal = random.integer(0, 1);
        const keys = random.integer(causal ? queries : 2, 150);
        return sized(random.integer(1, 3), queries, keys, random.integer(2, 72), causal);
      },
      measures: (["small", "medium", "large"] as const).map((name, at) => ({ name, ...sized(...measured[at]!, 1) })),
    };
  };
}

/** The interface and the function that `attention` and `flash-attention` share. */
export const attentionDefinition = {
  family: "attention",
  example: {
    shape: { heads: 1, queries: 2, keys: 2, dim: 1 },
    params: { causal: 1 },
    inputs: { q: [0, 1], k: [0, Math.LN2], v: [3, 6] },
  },
  shape: {
    heads: "heads, each with its own queries, keys and values",
    queries: "queries in a head",
    keys: "keys and values in a head",
    dim: "elements of a query, a key or a value",
  },
  params: { causal: ["1: query i sees only keys up to i + keys - queries; 0: every query sees every key", 0, 1] },
  inputs: {
    q: { dims: ["heads", "queries", "dim"], about: "queries" },
    k: { dims: ["heads", "keys", "dim"], about: "keys" },
    v: { dims: ["heads", "keys", "dim"], about: "values", range: [-MOST_VALUE, MOST_VALUE] },
  },
  outputs: { out: { dims: ["heads", "queries", "dim"], about: "for each query, the weighted mean of values" } },
  ranges: [scoreRange],
  constraints: [flag("causal"), eachQuerySeesAKey, atMost("dim", MOST_DIM)],
  unit: ["heads", "queries"],
  reference: {
    prepare({ q }: Inputs, { dim }: Shape<AttentionShape>) {
      const factor = scoreFactor(q.exactly(dim));
      return ({ q, k, v }: Inputs, { unit, queries, keys, causal }: Given<AttentionShape, "causal">) => {
        const visible = visibleKeys(unit % queries, queries, keys, causal.values[0]!) * dim;
        return { out: attend(q, k.slice(0, visible), v.slice(0, visible), factor) };
      };
    },
  },
  data,
  /** For each visible key: one multiply-add per element of a query and of a value, and 5 operations of the softmax. */
  flops({ heads, queries, keys, dim }: Shape<AttentionShape>, { causal }: Params<"causal">): number {
    const hidden = causal ? (queries * (queries - 1)) / 2 : 0;
    return heads * (queries * keys - hidden) * (4 * dim + 5);
  },
} as const;

export const formula = `For each head \`h\` and each query \`i\`, the mean of the values, weighted by a softmax of the scores:

    s[j]       = sum over d of q[h,i,d] * k[h,j,d] / sqrt(dim)
    p[j]       = exp(s[j] - max of s) / sum over j of exp(s[j] - max of s)
    out[h,i,d] = sum over j of p[j] * v[h,j,d]

With \`causal = 1\`, query \`i\` sees key \`j\` only if \`j <= i + keys - queries\`: the last query sees every key, the one
before it all except the last. With \`causal = 0\`, every query sees
every key.

All tensors are row-major, the last index fastest. \`queries\` and \`keys\` may differ, and sizes need not be multiples
of anything; \`dim\` is at most ${MOST_DIM}. Scores reach ${MOST_SCORE} in magnitude: subtract the maximum before \`exp\`.`;
