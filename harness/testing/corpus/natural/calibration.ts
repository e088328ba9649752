// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./calibration.wgsl";

export default function plan(context: PlanContext<"calibration">): Plan<"calibration", "losses" | "signed" | "gaps"> {
  const { n, classes } = context.shape;
  const { temperature, bins } = context.params;
  const constants = { N: n, CLASSES: classes, TEMPERATURE: temperature, BINS: bins };
  return {
    scratch: { losses: 4 * n, signed: 4 * n, gaps: 4 * bins },
    passes: [
      {
        code,
        entryPoint: "rows",
        constants,
        bindings: ["logits", "targets", "losses", "signed"],
        workgroups: [Math.ceil(n / 64)],
      },
      { code, entryPoint: "bins", constants, bindings: ["signed", "gaps"], workgroups: [bins] },
      { code, entryPoint: "totals", constants, bindings: ["losses", "gaps", "nll", "ece"], workgroups: [1] },
    ],
  };
}
