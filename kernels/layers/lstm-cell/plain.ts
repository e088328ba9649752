import { spread } from "../../../harness/task/one-pass.ts";
import type { DeviceContext, Pass, PlanFunction } from "../../../harness/task/plan.ts";
import code from "./plain.wgsl";

const WORKGROUP_SIZE = 64;

const workgroupsFor = (invocations: number, device: DeviceContext) =>
  spread(Math.ceil(invocations / WORKGROUP_SIZE), device);

/** The pass after the sums of the gates. */
export const update = (
  { batch, hidden }: Readonly<Record<"batch" | "hidden", number>>,
  device: DeviceContext,
): Pass => ({
  code,
  entryPoint: "update",
  constants: { BATCH: batch, HIDDEN: hidden },
  bindings: ["sums", "c", "h_out", "c_out"],
  workgroups: workgroupsFor(batch * hidden, device),
});

export const plain: PlanFunction<"batch" | "inputs" | "hidden", never> = ({ shape, device }) => {
  const { batch, inputs, hidden } = shape;
  return {
    scratch: { sums: 16 * batch * hidden },
    passes: [
      {
        code,
        entryPoint: "add_up",
        constants: { BATCH: batch, HIDDEN: hidden, INPUTS: inputs },
        bindings: ["x", "h", "w_ih", "w_hh", "b_ih", "b_hh", "sums"],
        workgroups: workgroupsFor(batch * 4 * hidden, device),
      },
      update(shape, device),
    ],
  };
};
