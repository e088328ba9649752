import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { FitParams } from "../../../reference/gmm-fit.ts";
import { plain as expectation } from "../gmm-e-step/plain.ts";
import { plain as maximization } from "../gmm-m-step/plain.ts";
import code from "./plain.wgsl";
import { fitPlan, type Steps } from "./rounds.ts";

export const plainSteps: Steps = {
  expectation,
  maximization,
  code,
  factoriseWorkgroups: ({ k }) => Math.ceil(k / 64),
};

/** The plain kernels of the two steps, in turn. */
export const plain: PlanFunction<MixtureShape, FitParams> = (context) => fitPlan(context, plainSteps);
