// Expected verdict: accepted
import type { Plan, PlanContext } from "kernelmark";
import { ceilDiv } from "kernelmark";
import code from "./softmax.wgsl";

export default function plan({ shape }: PlanContext<"softmax">): Plan {
  return {
    passes: [
      {
        code,
        constants: { ROWS: shape.rows, COLS: shape.cols },
        bindings: ["x", "y"],
        workgroups: [ceilDiv(shape.rows, 64)],
      },
    ],
  };
}
