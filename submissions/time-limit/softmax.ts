// Expected verdict: time-limit
// A loop whose counter never advances.

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
