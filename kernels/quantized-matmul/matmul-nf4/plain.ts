import type { PlanFunction } from "../../../harness/task/plan.ts";
import code from "./plain.wgsl";

const WORKGROUP_SIZE = 64;

export const plain: PlanFunction<"m" | "n" | "k", never> = ({ shape: { m, n, k } }) => ({
  passes: [
    {
      code,
      constants: { M: m, N: n, K: k },
      bindings: ["a", "w", "absmax", "absmax_scale", "absmax_offset", "out"],
      workgroups: [Math.ceil((m * n) / WORKGROUP_SIZE)],
    },
  ],
});
