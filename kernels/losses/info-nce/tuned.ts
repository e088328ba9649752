import { passesOf } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import code from "./tuned.wgsl";

const WORKGROUP_SIZE = 64;
/** Rows of a, and of b, of an invocation of `compare`. */
const SIDE = 4;

export const tuned: PlanFunction<"n" | "d", "temperature"> = ({ shape: { n, d }, params, device }) => {
  const constants = { N: n, D: d, TEMPERATURE: params.temperature };
  const bindings = ["a", "b", "inverse_norms", "similarities", "loss"];
  const invocations = { measure: n, compare: Math.ceil(n / SIDE) ** 2, contrast: n };
  return {
    scratch: { inverse_norms: 8 * n, similarities: 4 * n * n },
    passes: passesOf({ code, constants, bindings }, WORKGROUP_SIZE, invocations, device),
  };
};
