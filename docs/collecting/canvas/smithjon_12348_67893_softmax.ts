// Expected verdict: wrong-answer
// Does not subtract the row's maximum: correct for small numbers, but not for large ones.

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
