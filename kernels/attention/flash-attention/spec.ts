import * as common from "../attention-interface.ts";

const EVERY = ["plain", "large-scores", "towering", "cliffs", "spikes", "ramp", "wide-values"];
const full = { causal: 0 };
const causal = { causal: 1 };

export const spec: common.AttentionSpec = {
  name: "flash-attention",
  family: "attention",
  title: "Attention without a score matrix",
  statement: `${common.formula}

The function is that of the task attention, but scratch holds only \`32 * heads * queries * (dim + 2)\` bytes: eight
partial results for each query, each with a maximum and a sum of weights. With many keys, the scores of a query do not
fit: process keys one by one, or tile by tile, and keep a running maximum, a running sum of weights and a running
weighted sum of values.`,
  hints: [
    "One invocation per query is enough for a correct kernel: it can keep the weighted sum of values in out itself.",
    "When a key raises the maximum from a to b, multiply both the sum of weights and the weighted sum by exp(a - b).",
    "Process keys in tiles, with one maximum and one rescaling per tile. The last tile may be partial.",
    "Let a workgroup take several queries of a head, so that each key and value that it reads serves all of them.",
    "With causal = 1 stop at the last key that any of the workgroup's queries sees.",
    "With few queries and many keys, split the keys among up to eight workgroups, and join their partial results in a second pass.",
  ],
  shape: common.shape,
  params: common.params,
  inputs: common.inputs,
  outputs: common.outputs,
  ranges: common.ranges,
  constraints: common.constraints,
  checks: [
    { shape: { heads: 1, queries: 1, keys: 1, dim: 1 }, params: full, group: "tiny", data: ["plain"] },
    { shape: { heads: 2, queries: 2, keys: 3, dim: 2 }, params: causal, group: "tiny", data: ["plain"] },
    { shape: { heads: 3, queries: 7, keys: 13, dim: 5 }, params: full, group: "odd sizes", data: EVERY },
    {
      shape: { heads: 2, queries: 17, keys: 64, dim: 15 },
      params: full,
      group: "around a tile",
      data: ["plain", "towering"],
    },
    {
      shape: { heads: 1, queries: 65, keys: 16, dim: 63 },
      params: full,
      group: "around a tile",
      data: ["plain", "towering"],
    },
    {
      shape: { heads: 2, queries: 63, keys: 126, dim: 16 },
      params: causal,
      group: "around a tile",
      data: ["plain", "towering"],
    },
    {
      shape: { heads: 3, queries: 7, keys: 13, dim: 5 },
      params: causal,
      group: "causal",
      data: [...EVERY, "loud-future"],
    },
    {
      shape: { heads: 1, queries: 35, keys: 257, dim: 19 },
      params: causal,
      group: "causal",
      data: ["plain", "large-scores", "cliffs", "spikes", "ramp", "loud-future"],
    },
    { shape: { heads: 1, queries: 9, keys: 37, dim: 256 }, params: causal, group: "wide heads", data: ["plain"] },
    {
      shape: { heads: 3, queries: 3, keys: 8209, dim: 8 },
      params: causal,
      group: "long rows",
      data: ["spikes", "plain"],
    },
    { shape: { heads: 1, queries: 65_537, keys: 3, dim: 2 }, params: full, group: "many rows", data: ["plain"] },
  ],
  drawShape: common.drawShape,
  measures: [
    { name: "small", shape: { heads: 1, queries: 64, keys: 128, dim: 32 }, params: causal },
    { name: "medium", shape: { heads: 2, queries: 128, keys: 256, dim: 64 }, params: causal },
    { name: "large", shape: { heads: 2, queries: 192, keys: 1024, dim: 64 }, params: causal },
  ],
  scratchLimitBytes: ({ heads, queries, dim }) => 32 * heads * queries * (dim + 2),
  flops: common.flops,
};
