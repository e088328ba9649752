// Expected verdict: accepted
// Four products of bytes per instruction, and a block of 4 by 4 elements per invocation.

import type { Plan, PlanContext } from "kernelmark";
import { ceilDiv } from "kernelmark";
import code from "./matmul-int8.wgsl";

const BLOCK = 4;
const WORKGROUP = 8;

export default function plan({ shape, device }: PlanContext<"matmul-int8">): Plan<"matmul-int8"> {
  const { m, n, k } = shape;
  const across = ceilDiv(n, BLOCK * WORKGROUP);
  const down = ceilDiv(m, BLOCK * WORKGROUP);
  return {
    passes: [
      {
        code,
        constants: { M: m, N: n, K: k },
        bindings: ["a", "b", "a_scale", "b_scale", "out"],
        workgroups: [across, Math.min(down, device.limits.maxComputeWorkgroupsPerDimension)],
      },
    ],
  };
}
