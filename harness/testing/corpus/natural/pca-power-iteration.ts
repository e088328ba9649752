// From the statement alone, accepted at try 1.
import type { Pass, Plan, PlanContext } from "kernelmark";
import code from "./pca-power-iteration.wgsl";

export default function plan({
  shape,
  params,
}: PlanContext<"pca-power-iteration">): Plan<"pca-power-iteration", "other"> {
  const { n, d } = shape;
  const constants = { N: n, D: d };
  const last = params.iterations - 1;
  // Vectors alternate between two buffers, so that the last one is in `component`.
  const target = (round: number) => ((last - round) % 2 === 0 ? "component" : "other");
  const rounds = Array.from(
    { length: params.iterations },
    (_, round): Pass<"pca-power-iteration", "other"> => ({
      code,
      entryPoint: "one_round",
      constants,
      bindings: ["covariance", round === 0 ? "start" : target(round - 1), target(round)],
      workgroups: [1],
    }),
  );
  return {
    scratch: { other: 4 * d },
    passes: [
      { code, entryPoint: "means", constants, bindings: ["x", "mean"], workgroups: [d] },
      { code, entryPoint: "covariances", constants, bindings: ["x", "mean", "covariance"], workgroups: [d, d] },
      ...rounds,
      {
        code,
        entryPoint: "variance",
        constants,
        bindings: ["covariance", "component", "eigenvalue"],
        workgroups: [1],
      },
    ],
  };
}
