import type { Plan, PlanContext } from "kernelmark";
import code from "./starter.wgsl";

export default function plan({ shape, params }: PlanContext<"cross-entropy">): Plan<"cross-entropy"> {
  return {
    passes: [
      {
        code,
        constants: { ROWS: shape.rows, CLASSES: shape.classes, SMOOTHING: params.smoothing },
        bindings: ["logits", "targets", "loss"],
        workgroups: [Math.ceil(shape.rows / 64)],
      },
    ],
  };
}
