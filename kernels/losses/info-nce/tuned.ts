import { spread } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import code from "./tuned.wgsl";

const WORKGROUP_SIZE = 64;
/** Rows of a, and of b, of an invocation of `compare`. */
const SIDE = 4;

export const tuned: PlanFunction<"n" | "d", "temperature"> = ({ shape: { n, d }, params, device }) => {
  const pass = (entryPoint: string, invocations: number) => ({
    ...{ code, entryPoint },
    constants: { N: n, D: d, TEMPERATURE: params.temperature },
    bindings: ["a", "b", "inverse_norms", "similarities", "loss"],
    workgroups: spread(Math.ceil(invocations / WORKGROUP_SIZE), device),
  });
  return {
    scratch: { inverse_norms: 8 * n, similarities: 4 * n * n },
    passes: [pass("measure", n), pass("compare", Math.ceil(n / SIDE) ** 2), pass("contrast", n)],
  };
};
