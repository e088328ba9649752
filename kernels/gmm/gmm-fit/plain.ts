import { withoutMarks } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { FitParams } from "../../../reference/gmm-fit.ts";
import expectationCode from "../gmm-e-step/plain.wgsl";
import { plain as maximization } from "../gmm-m-step/plain.ts";
import code from "./plain.wgsl";
import { fitPlan, type Steps } from "./rounds.ts";

const WORKGROUP_SIZE = 64;

const expectation: Steps["expectation"] = ({ shape: { n, d, k } }) => ({
  passes: [
    {
      code: withoutMarks(expectationCode),
      constants: { N: n, D: d, K: k },
      bindings: ["x", "weights", "means", "precision_cholesky", "responsibilities", "log_likelihood"],
      workgroups: [Math.ceil(n / WORKGROUP_SIZE)],
    },
  ],
});

/** All but the two steps. */
export const parts: Pick<Steps, "code" | "factoriseWorkgroups"> = {
  code,
  factoriseWorkgroups: ({ k }) => Math.ceil(k / WORKGROUP_SIZE),
};

/** The plain kernels of the two steps, in turn. */
export const plain: PlanFunction<MixtureShape, FitParams> = (context) =>
  fitPlan(context, { ...parts, expectation, maximization });
