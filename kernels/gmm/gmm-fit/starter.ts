import type { Plan, PlanContext } from "kernelmark";
import code from "./starter.wgsl";

export default function plan({ shape }: PlanContext<"gmm-fit">): Plan<"gmm-fit"> {
  return {
    // A plan is data: build the list of passes in a loop over `params.iterations`.
    passes: [
      {
        code,
        constants: { K: shape.k, D: shape.d },
        bindings: [
          "weights",
          "means",
          "covariances",
          "weights_out",
          "means_out",
          "covariances_out",
          "mean_log_likelihood",
        ],
        workgroups: [Math.ceil(shape.k / 64)],
      },
    ],
  };
}
