import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import code from "./plain.wgsl";

const WORKGROUP_SIZE = 64;

export const plain: PlanFunction<MixtureShape, never> = ({ shape: { n, d, k } }) => ({
  passes: [
    {
      code,
      constants: { N: n, D: d, K: k },
      bindings: ["x", "weights", "means", "precision_cholesky", "responsibilities", "log_likelihood"],
      workgroups: [Math.ceil(n / WORKGROUP_SIZE)],
    },
  ],
});
