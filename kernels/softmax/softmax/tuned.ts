import type { PlanFunction } from "../../../harness/submission/plan.ts";
import code from "./tuned.wgsl";

export const tuned: PlanFunction<"rows" | "cols", never> = ({ shape: { rows, cols }, device }) => {
  const across = Math.min(rows, device.limits.maxComputeWorkgroupsPerDimension!);
  return {
    passes: [
      {
        code,
        constants: { ROWS: rows, COLS: cols },
        bindings: ["x", "y"],
        workgroups: [across, Math.ceil(rows / across)],
      },
    ],
  };
};
