import * as common from "../attention-interface.ts";

const EVERY = ["plain", "large-scores", "towering", "cliffs", "spikes", "ramp", "wide-values"];
const full = { causal: 0 };
const causal = { causal: 1 };

export const spec: common.AttentionSpec = {
  name: "attention",
  family: "attention",
  title: "Scaled dot-product attention",
  statement: `${common.formula}

Scratch holds four score matrices: scores and probabilities may be stored between passes.`,
  hints: [
    "Three passes are enough for a correct kernel: one invocation per score, one per row's softmax, one per output.",
    "Exclude hidden keys from the maximum, the sum and the weighted mean, or set their score to -1e30: their weight is zero.",
    "Round the number of workgroups up, and return from surplus invocations: rows need not be a multiple of the workgroup size.",
    "The first and the last pass are matrix products: stage tiles of the operands in workgroup memory and let each invocation compute several results.",
    "With causal = 1, skip fully hidden tiles: when queries = keys, nearly half of the scores are never needed.",
    "Best of all, never store the scores: see the task flash-attention.",
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
    { name: "small", shape: { heads: 1, queries: 64, keys: 64, dim: 32 }, params: causal },
    { name: "medium", shape: { heads: 4, queries: 128, keys: 128, dim: 64 }, params: causal },
    { name: "large", shape: { heads: 4, queries: 384, keys: 384, dim: 64 }, params: causal },
  ],
  scratchLimitBytes: ({ heads, queries, keys }) => 16 * heads * queries * Math.max(64, keys),
  flops: common.flops,
};
