// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./kmeans-step.wgsl";

export default function plan({ shape: { n, d, k } }: PlanContext<"kmeans-step">): Plan<"kmeans-step", "distances"> {
  const constants = { N: n, D: d, K: k };
  return {
    scratch: { distances: 4 * n },
    passes: [
      {
        code,
        entryPoint: "nearest",
        constants,
        bindings: ["x", "centroids", "labels", "distances"],
        workgroups: [Math.ceil(n / 64)],
      },
      {
        code,
        entryPoint: "means",
        constants,
        bindings: ["x", "centroids", "labels", "centroids_out"],
        workgroups: [d, k],
      },
      { code, entryPoint: "total", constants, bindings: ["distances", "inertia"], workgroups: [1] },
    ],
  };
}
