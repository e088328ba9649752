// From the statement alone, accepted at try 2. Try 1: a variable was called `from`, which is a reserved word of WGSL.
import type { Plan, PlanContext } from "kernelmark";
import code from "./info-nce.wgsl";

export default function plan({ shape: { n, d }, params }: PlanContext<"info-nce">): Plan<"info-nce", "lengths" | "s"> {
  const constants = { N: n, D: d };
  return {
    scratch: { lengths: 8 * n, s: 4 * n * n },
    passes: [
      {
        code,
        entryPoint: "lengthsOfRows",
        constants,
        bindings: ["a", "b", "lengths"],
        workgroups: [Math.ceil(n / 64), 2],
      },
      {
        code,
        entryPoint: "similarities",
        constants: { ...constants, TEMPERATURE: params.temperature },
        bindings: ["a", "b", "lengths", "s"],
        workgroups: [Math.ceil(n / 8), Math.ceil(n / 8)],
      },
      { code, entryPoint: "losses", constants, bindings: ["s", "loss"], workgroups: [Math.ceil(n / 64)] },
    ],
  };
}
