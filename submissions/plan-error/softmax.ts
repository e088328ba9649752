// Expected verdict: plan-error
// The output is called `y`, not `out`.

import type { Plan, PlanContext } from "kernelmark";
import code from "./softmax.wgsl";

export default function plan({ shape }: PlanContext<"softmax">): Plan {
  return {
    passes: [
      {
        code,
        constants: { ROWS: shape.rows, COLS: shape.cols },
        bindings: ["x", "out"],
        workgroups: [Math.ceil(shape.rows / 64)],
      },
    ],
  };
}
