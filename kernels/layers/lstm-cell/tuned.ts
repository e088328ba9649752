import { byDeviceKind } from "../../../harness/task/by-device-kind.ts";
import { spread } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import { BIASED, linearPass } from "../../software/linear.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import { update } from "./plain.ts";
import code from "./tuned.wgsl";
import fromState from "./tuned-software.wgsl";

const WORKGROUP_SIZE = 64;
/** Rows of an invocation. */
const ROWS = 4;

const hardware: PlanFunction<"batch" | "inputs" | "hidden", never> = ({ shape, device }) => {
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

export const tuned = byDeviceKind<"batch" | "inputs" | "hidden", never>({
  software({ shape: { batch, inputs, hidden }, device }) {
    const sums = { rows: batch, outputs: 4 * hidden };
    const further = { code: fromState, vectors: { bias: "COLUMNS", of_inputs: "COLUMNS" } };
    const bytes = 16 * batch * hidden;
    return {
      scratch: { of_inputs: bytes, sums: bytes },
      passes: [
        linearPass({ ...sums, inputs }, ["x", "w_ih", "b_ih", "of_inputs"], device, BIASED),
        linearPass({ ...sums, inputs: hidden }, ["h", "w_hh", "b_hh", "of_inputs", "sums"], device, further),
        update({ batch, hidden }, device),
      ],
      requires: featuresFor(device),
    };
  },
  hardware,
});
