import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { AttentionShape } from "../../../reference/attention.ts";
import { plain } from "./plain.ts";
import code from "./tuned.wgsl";

const TILE = 32;
const WORKGROUP = 64;

export const tuned: PlanFunction<AttentionShape, "causal"> = (context) => {
  const { shape, params, device } = context;
  const { heads, queries, keys, dim } = shape;
  // Where a head has fewer queries or keys than a tile, there is little to share.
  if (Math.min(queries, keys) < TILE) return plain(context);
  const rows = heads * queries;
  // Each invocation should have four elements of a row, so that short rows do not leave most of a workgroup idle.
  const lanes = Math.min(WORKGROUP, 2 ** Math.floor(Math.log2(keys / 4)));
  const softmaxGroups = Math.ceil((rows * lanes) / WORKGROUP);
  const across = Math.min(softmaxGroups, device.limits.maxComputeWorkgroupsPerDimension);
  const queryTiles = Math.ceil(queries / TILE);
  const shared = {
    code,
    constants: { HEADS: heads, QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: params.causal, LANES: lanes },
    bindings: ["q", "k", "v", "p", "out"],
  };
  return {
    passes: [
      { ...shared, entryPoint: "scores", workgroups: [Math.ceil(keys / TILE), queryTiles, heads] },
      { ...shared, entryPoint: "softmax", workgroups: [across, Math.ceil(softmaxGroups / across)] },
      { ...shared, entryPoint: "weighted_values", workgroups: [Math.ceil(dim / TILE), queryTiles, heads] },
    ],
    scratch: { p: 4 * rows * keys },
  };
};
