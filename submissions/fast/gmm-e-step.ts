// Expected verdict: accepted
// Takes logarithms once per component instead of once per point, and skips the half of P that is zero.

import type { Plan, PlanContext } from "kernelmark";
import { ceilDiv } from "kernelmark";
import components from "./gmm-e-step-components.wgsl";
import points from "./gmm-e-step-points.wgsl";

export default function plan({ shape: { n, d, k } }: PlanContext<"gmm-e-step">): Plan<"gmm-e-step", "log_scale"> {
  return {
    scratch: { log_scale: 4 * k },
    passes: [
      {
        code: components,
        constants: { D: d, K: k },
        bindings: ["weights", "precision_cholesky", "log_scale"],
        workgroups: [ceilDiv(k, 64)],
      },
      {
        code: points,
        constants: { N: n, D: d, K: k },
        bindings: ["x", "means", "precision_cholesky", "log_scale", "responsibilities", "log_likelihood"],
        workgroups: [ceilDiv(n, 64)],
      },
    ],
  };
}
