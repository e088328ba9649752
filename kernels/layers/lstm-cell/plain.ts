import { spread } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import code from "./plain.wgsl";

const WORKGROUP_SIZE = 64;

export const plain: PlanFunction<"batch" | "inputs" | "hidden", never> = ({ shape, device }) => {
  const { batch, inputs, hidden } = shape;
  const workgroups = (invocations: number) => spread(Math.ceil(invocations / WORKGROUP_SIZE), device);
  const sizes = { BATCH: batch, HIDDEN: hidden };
  return {
    scratch: { sums: 16 * batch * hidden },
    passes: [
      {
        code,
        entryPoint: "add_up",
        constants: { ...sizes, INPUTS: inputs },
        bindings: ["x", "h", "w_ih", "w_hh", "b_ih", "b_hh", "sums"],
        workgroups: workgroups(batch * 4 * hidden),
      },
      {
        code,
        entryPoint: "update",
        constants: sizes,
        bindings: ["sums", "c", "h_out", "c_out"],
        workgroups: workgroups(batch * hidden),
      },
    ],
  };
};
