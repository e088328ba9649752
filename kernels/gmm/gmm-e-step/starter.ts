import type { Plan, PlanContext } from "kernelmark";
import code from "./starter.wgsl";

export default function plan({ shape }: PlanContext<"gmm-e-step">): Plan<"gmm-e-step"> {
  return {
    passes: [
      {
        code,
        constants: { N: shape.n, D: shape.d, K: shape.k },
        bindings: ["x", "weights", "means", "precision_cholesky", "responsibilities", "log_likelihood"],
        workgroups: [Math.ceil(shape.n / 64)],
      },
    ],
  };
}
