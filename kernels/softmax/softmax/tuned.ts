import type { PlanFunction } from "../../../harness/task/plan.ts";
import code from "./tuned.wgsl";

const WORKGROUP_SIZE = 64;
/** A lane with fewer elements than this waits at barriers longer than it computes. */
const ELEMENTS_PER_LANE = 4;

export const tuned: PlanFunction<"rows" | "cols", never> = ({ shape: { rows, cols }, device }) => {
  const lanesPerRow = Math.min(WORKGROUP_SIZE, 2 ** Math.ceil(Math.log2(Math.max(1, cols / ELEMENTS_PER_LANE))));
  const workgroups = Math.ceil((rows * lanesPerRow) / WORKGROUP_SIZE);
  const across = Math.min(workgroups, device.limits.maxComputeWorkgroupsPerDimension);
  return {
    passes: [
      {
        code,
        constants: { ROWS: rows, COLS: cols, LANES_PER_ROW: lanesPerRow },
        bindings: ["x", "y"],
        workgroups: [across, Math.ceil(workgroups / across)],
      },
    ],
  };
};
