import type { Plan, PlanContext } from "kernelmark";
import code from "./starter.wgsl";

export default function plan({ shape }: PlanContext<"matmul-int4">): Plan<"matmul-int4"> {
  return {
    passes: [
      {
        code,
        constants: { M: shape.m, N: shape.n, K: shape.k, GROUP: shape.group },
        bindings: ["a", "w", "scales", "zeros", "out"],
        workgroups: [Math.ceil((shape.m * shape.n) / 64)],
      },
    ],
  };
}
