import type { Plan, PlanContext } from "kernelmark";
import code from "./starter.wgsl";

export default function plan({ shape }: PlanContext<"matmul-nf4">): Plan<"matmul-nf4"> {
  return {
    passes: [
      {
        code,
        constants: { M: shape.m, N: shape.n, K: shape.k },
        bindings: ["a", "w", "absmax", "absmax_scale", "absmax_offset", "out"],
        workgroups: [Math.ceil((shape.m * shape.n) / 64)],
      },
    ],
  };
}
