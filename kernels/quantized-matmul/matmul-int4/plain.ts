import type { PlanFunction } from "../../../harness/task/plan.ts";
import code from "./plain.wgsl";

const WORKGROUP_SIZE = 64;

export const plain: PlanFunction<"m" | "n" | "k" | "group", never> = ({ shape: { m, n, k, group } }) => ({
  passes: [
    {
      code,
      constants: { M: m, N: n, K: k, GROUP: group },
      bindings: ["a", "w", "scales", "zeros", "out"],
      workgroups: [Math.ceil((m * n) / WORKGROUP_SIZE)],
    },
  ],
});
