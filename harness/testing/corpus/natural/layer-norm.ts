// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./layer-norm.wgsl";

export default function plan({ shape, params, device }: PlanContext<"layer-norm">): Plan<"layer-norm"> {
  const across = Math.min(shape.rows, device.limits.maxComputeWorkgroupsPerDimension);
  return {
    passes: [
      {
        code,
        constants: { ROWS: shape.rows, COLS: shape.cols, EPS: params.eps },
        bindings: ["x", "gamma", "beta", "y"],
        workgroups: [across, Math.ceil(shape.rows / across)],
      },
    ],
  };
}
