// Expected verdict: accepted
// One invocation per row: no sharing, no barriers.

import type { Plan, PlanContext } from "kernelmark";
import code from "./softmax.wgsl";

export default function plan({ shape }: PlanContext<"softmax">): Plan<"softmax"> {
  return {
    passes: [
      {
        code,
        constants: { ROWS: shape.rows, COLS: shape.cols },
        bindings: ["x", "y"],
        workgroups: [Math.ceil(shape.rows / 64)],
      },
    ],
  };
}
