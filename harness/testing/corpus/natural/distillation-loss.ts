// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./distillation-loss.wgsl";

export default function plan({ shape, params }: PlanContext<"distillation-loss">): Plan<"distillation-loss"> {
  const { n, classes } = shape;
  const width = Math.min(n, 1024);
  return {
    passes: [
      {
        code,
        constants: { N: n, CLASSES: classes, T: params.temperature, ALPHA: params.alpha },
        bindings: ["student", "teacher", "targets", "loss"],
        workgroups: [width, Math.ceil(n / width)],
      },
    ],
  };
}
