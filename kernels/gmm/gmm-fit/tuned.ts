import { declarationsOf } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { FitParams } from "../../../reference/gmm-fit.ts";
import { tuned as expectation } from "../gmm-e-step/tuned.ts";
import { tuned as maximization } from "../gmm-m-step/tuned.ts";
import plain from "./plain.wgsl";
import { fitPlan } from "./rounds.ts";
import ownCode from "./tuned.wgsl";

const code = `${ownCode}\n${declarationsOf(plain)}`;

/** The tuned kernels of the two steps, in turn. */
export const tuned: PlanFunction<MixtureShape, FitParams> = (context) =>
  fitPlan(context, { expectation, maximization, code, factoriseWorkgroups: ({ k }) => k });
