// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./dbscan-core.wgsl";

export default function plan({ shape: { n, d }, params }: PlanContext<"dbscan-core">): Plan<"dbscan-core"> {
  const constants = { N: n, D: d, EPS: params.eps, MIN_SAMPLES: params.min_samples };
  return { passes: [{ code, constants, bindings: ["x", "neighbours", "core"], workgroups: [n] }] };
}
