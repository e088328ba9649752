import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { AttentionShape } from "../../../reference/attention.ts";
import { plain } from "./plain.ts";
import code from "./tuned.wgsl";

const TILE = 32;
const WORKGROUP = 64;

export const tuned: PlanFunction<AttentionShape, "causal"> = (context) => {
  const { shape, params, device } = context;
  const { heads, queries, keys, dim } = shape;
  // Heads with fewer queries or keys than a tile share little.
  if (Math.min(queries, keys) < TILE) return plain(context);
  const rows = heads * queries;
  // At least four elements of a row per invocation: more lanes would leave most of a workgroup idle on short rows.
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
