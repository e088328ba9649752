import { passesOf } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import code from "./plain.wgsl";

const WORKGROUP_SIZE = 64;

export const plain: PlanFunction<MixtureShape, "reg_covar"> = ({ shape: { n, d, k }, params: { reg_covar } }) => {
  const constants = { N: n, D: d, K: k, REG_COVAR: reg_covar };
  const bindings = ["x", "responsibilities", "weights", "means", "covariances", "totals"];
  const passes = { find_means: k * d, find_covariances: k * d * d };
  return { scratch: { totals: 4 * k }, passes: passesOf({ code, constants, bindings }, WORKGROUP_SIZE, passes) };
};
