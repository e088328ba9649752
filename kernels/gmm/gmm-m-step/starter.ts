import type { Plan, PlanContext } from "kernelmark";
import code from "./starter.wgsl";

export default function plan({ shape, params }: PlanContext<"gmm-m-step">): Plan<"gmm-m-step"> {
  return {
    passes: [
      {
        code,
        constants: { N: shape.n, D: shape.d, K: shape.k, REG_COVAR: params.reg_covar },
        bindings: ["x", "responsibilities", "weights", "means", "covariances"],
        workgroups: [Math.ceil(shape.k / 64)],
      },
    ],
  };
}
