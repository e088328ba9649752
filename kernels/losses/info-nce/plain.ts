import { passesOf } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import code from "./plain.wgsl";

const WORKGROUP_SIZE = 64;

export const plain: PlanFunction<"n" | "d", "temperature"> = ({ shape: { n, d }, params, device }) => {
  const constants = { N: n, D: d, TEMPERATURE: params.temperature };
  const bindings = ["a", "b", "inverse_norms", "similarities", "loss"];
  const invocations = { measure: n, compare: n * n, contrast: n };
  return {
    scratch: { inverse_norms: 8 * n, similarities: 4 * n * n },
    passes: passesOf({ code, constants, bindings }, WORKGROUP_SIZE, invocations, device),
  };
};
