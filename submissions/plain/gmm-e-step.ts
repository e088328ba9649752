// Expected verdict: accepted
// Two passes: the log-density of every point under every component, then each point's responsibilities.

import type { Plan, PlanContext } from "kernelmark";
import densities from "./gmm-e-step-densities.wgsl";
import shares from "./gmm-e-step-shares.wgsl";

export default function plan({ shape: { n, d, k } }: PlanContext<"gmm-e-step">): Plan<"gmm-e-step"> {
  return {
    passes: [
      {
        code: densities,
        constants: { N: n, D: d, K: k },
        bindings: ["x", "weights", "means", "precision_cholesky", "responsibilities"],
        workgroups: [Math.ceil((n * k) / 64)],
      },
      {
        code: shares,
        constants: { N: n, K: k },
        bindings: ["responsibilities", "log_likelihood"],
        workgroups: [Math.ceil(n / 64)],
      },
    ],
  };
}
