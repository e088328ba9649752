import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { AttentionShape } from "../../../reference/attention.ts";
import code from "./plain.wgsl";

const WORKGROUP_SIZE = 64;

export const plain: PlanFunction<AttentionShape, "causal"> = ({ shape, params, device }) => {
  const { heads, queries, keys, dim } = shape;
  const groups = Math.ceil((heads * queries) / WORKGROUP_SIZE);
  const across = Math.min(groups, device.limits.maxComputeWorkgroupsPerDimension);
  return {
    passes: [
      {
        code,
        constants: { HEADS: heads, QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: params.causal },
        bindings: ["q", "k", "v", "out"],
        workgroups: [across, Math.ceil(groups / across)],
      },
    ],
  };
};
