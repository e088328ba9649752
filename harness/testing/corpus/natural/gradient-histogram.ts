// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./gradient-histogram.wgsl";

export default function plan({ shape, params }: PlanContext<"gradient-histogram">): Plan<"gradient-histogram"> {
  const { n, features, bins } = shape;
  const constants = { N: n, FEATURES: features, BINS: bins, LAMBDA: params.lambda };
  return {
    passes: [{ code, constants, bindings: ["binned", "grad", "hess", "histogram", "gain"], workgroups: [features] }],
  };
}
