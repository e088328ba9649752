// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./batch-norm.wgsl";

export default function plan({ shape, params, device }: PlanContext<"batch-norm">): Plan<"batch-norm"> {
  const { batch, channels, spatial } = shape;
  const across = Math.min(channels, device.limits.maxComputeWorkgroupsPerDimension);
  return {
    passes: [
      {
        code,
        constants: { BATCH: batch, CHANNELS: channels, SPATIAL: spatial, MOMENTUM: params.momentum, EPS: params.eps },
        bindings: ["x", "gamma", "beta", "running_mean", "running_var", "y", "running_mean_out", "running_var_out"],
        workgroups: [across, Math.ceil(channels / across)],
      },
    ],
  };
}
