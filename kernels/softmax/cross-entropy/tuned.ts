import type { PlanFunction } from "../../../harness/task/plan.ts";
import code from "./tuned.wgsl";

const WORKGROUP_SIZE = 64;
/** A lane with fewer classes than this waits at barriers longer than it computes. */
const CLASSES_PER_LANE = 4;

export const tuned: PlanFunction<"rows" | "classes", "smoothing"> = ({ shape, params, device }) => {
  const { rows, classes } = shape;
  const lanesPerRow = Math.min(WORKGROUP_SIZE, 2 ** Math.ceil(Math.log2(Math.max(1, classes / CLASSES_PER_LANE))));
  const workgroups = Math.ceil((rows * lanesPerRow) / WORKGROUP_SIZE);
  const across = Math.min(workgroups, device.limits.maxComputeWorkgroupsPerDimension);
  return {
    passes: [
      {
        code,
        constants: { ROWS: rows, CLASSES: classes, SMOOTHING: params.smoothing, LANES_PER_ROW: lanesPerRow },
        bindings: ["logits", "targets", "loss"],
        workgroups: [across, Math.ceil(workgroups / across)],
      },
    ],
  };
};
