import type { Plan, PlanContext } from "kernelmark";
import code from "./starter.wgsl";

export default function plan({ shape }: PlanContext<"matmul-int8">): Plan<"matmul-int8"> {
  return {
    passes: [
      {
        code,
        constants: { M: shape.m, N: shape.n, K: shape.k },
        bindings: ["a", "b", "a_scale", "b_scale", "out"],
        workgroups: [Math.ceil((shape.m * shape.n) / 64)],
      },
    ],
  };
}
