import { spread } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import code from "./tuned.wgsl";

const WORKGROUP_SIZE = 64;
/** Rows of an invocation. */
const ROWS = 4;

export const tuned: PlanFunction<"batch" | "inputs" | "hidden", never> = ({ shape, device }) => {
  const { batch, inputs, hidden } = shape;
  const pass = (entryPoint: string, bindings: readonly string[], constants: Readonly<Record<string, number>>) => ({
    ...{ code, entryPoint, bindings },
    constants: { BATCH: batch, HIDDEN: hidden, ...constants },
    workgroups: spread(Math.ceil((hidden * Math.ceil(batch / ROWS)) / WORKGROUP_SIZE), device),
  });
  return {
    scratch: { sums: 16 * batch * hidden },
    passes: [
      pass("from_inputs", ["x", "w_ih", "b_ih", "b_hh", "sums"], { INPUTS: inputs }),
      pass("from_state", ["sums", "h", "w_hh", "c", "h_out", "c_out"], {}),
    ],
  };
};
