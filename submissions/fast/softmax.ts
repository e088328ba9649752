// Expected verdict: accepted
// Each long row gets a workgroup, whose 64 lanes share the row; each short row gets one invocation.

import type { Plan, PlanContext } from "kernelmark";
import { ceilDiv } from "kernelmark";
import longRows from "./softmax-long-rows.wgsl";
import shortRows from "./softmax-short-rows.wgsl";

/** Rows up to this long are not worth a workgroup. */
const SHORT = 64;

export default function plan({ shape, device }: PlanContext<"softmax">): Plan {
  const constants = { ROWS: shape.rows, COLS: shape.cols };
  const bindings = ["x", "y"];
  if (shape.cols <= SHORT) {
    return { passes: [{ code: shortRows, constants, bindings, workgroups: [ceilDiv(shape.rows, 64)] }] };
  }
  // One dimension of a dispatch has at most 65,535 workgroups: further rows continue in y.
  const across = Math.min(shape.rows, device.limits.maxComputeWorkgroupsPerDimension);
  return { passes: [{ code: longRows, constants, bindings, workgroups: [across, ceilDiv(shape.rows, across)] }] };
}
