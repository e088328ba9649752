// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./drift-ks-psi.wgsl";

export default function plan({
  shape,
  params,
}: PlanContext<"drift-ks-psi">): Plan<"drift-ks-psi", "counts" | "furthest"> {
  const { reference, current, bins } = shape;
  const constants = { REFERENCE: reference, CURRENT: current, BINS: bins };
  return {
    scratch: { counts: 8 * bins, furthest: 4 },
    passes: [
      {
        code,
        entryPoint: "each_sample",
        constants,
        bindings: ["reference", "current", "edges", "counts", "furthest"],
        workgroups: [Math.ceil((reference + current) / 64)],
      },
      {
        code,
        entryPoint: "statistics",
        constants: { ...constants, LEAST: params.floor },
        bindings: ["counts", "furthest", "ks", "psi"],
        workgroups: [1],
      },
    ],
  };
}
