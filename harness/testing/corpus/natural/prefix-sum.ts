// From the statement alone, accepted at try 3. Try 1: `from` is a reserved word of WGSL. Try 2: the sum before an invocation was the sum up to it, less its own, which cancels next to outliers.
import type { Plan, PlanContext } from "kernelmark";
import code from "./prefix-sum.wgsl";

/** Elements of a workgroup: 256 invocations of four neighbouring elements. */
const BLOCK = 1024;

export default function plan({ shape: { size } }: PlanContext<"prefix-sum">): Plan<"prefix-sum", "sums"> {
  const blocks = Math.ceil(size / BLOCK);
  const constants = { SIZE: size, BLOCKS: blocks };
  return {
    scratch: { sums: 4 * blocks },
    passes: [
      { code, entryPoint: "scan_blocks", constants, bindings: ["x", "y", "sums"], workgroups: [blocks] },
      { code, entryPoint: "scan_sums", constants, bindings: ["sums"], workgroups: [1] },
      { code, entryPoint: "add_sums", constants, bindings: ["sums", "y"], workgroups: [blocks] },
    ],
  };
}
