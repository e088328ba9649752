import { declarationsOf } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { FitParams } from "../../../reference/gmm-fit.ts";
import { tuned as expectation } from "../gmm-e-step/tuned.ts";
import { software as expectationByTiles } from "../gmm-e-step/tuned-software.ts";
import { tuned as maximization } from "../gmm-m-step/tuned.ts";
import { parts as plainParts } from "./plain.ts";
import plain from "./plain.wgsl";
import { fitPlan } from "./rounds.ts";
import ownCode from "./tuned.wgsl";

const code = `${ownCode}\n${declarationsOf(plain)}`;

/** The tuned kernels of the two steps, in turn. */
export const tuned: PlanFunction<MixtureShape, FitParams> = (context) =>
  fitPlan(context, { expectation, maximization, code, factoriseWorkgroups: ({ k }) => k });

/** The same for software adapters. The rest is as in plain: the barriers of tuned.wgsl cost more than they save. */
export const software: PlanFunction<MixtureShape, FitParams> = (context) =>
  fitPlan(context, { ...plainParts, expectation: expectationByTiles, maximization });
