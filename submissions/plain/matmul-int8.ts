// Expected verdict: accepted
// One invocation per element of the product; it extracts the bytes from the words one by one.

import type { Plan, PlanContext } from "kernelmark";
import code from "./matmul-int8.wgsl";

export default function plan({ shape }: PlanContext<"matmul-int8">): Plan<"matmul-int8"> {
  const { m, n, k } = shape;
  return {
    passes: [
      {
        code,
        constants: { M: m, N: n, K: k },
        bindings: ["a", "b", "a_scale", "b_scale", "out"],
        workgroups: [Math.ceil((m * n) / 64)],
      },
    ],
  };
}
