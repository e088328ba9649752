import type { PlanFunction } from "../../../harness/task/plan.ts";
import code from "./plain.wgsl";

const WORKGROUP_SIZE = 64;

export const plain: PlanFunction<"rows" | "cols", never> = ({ shape: { rows, cols } }) => ({
  passes: [
    {
      code,
      constants: { ROWS: rows, COLS: cols },
      bindings: ["x", "y"],
      workgroups: [Math.ceil(rows / WORKGROUP_SIZE)],
    },
  ],
});
