// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./leaky-relu.wgsl";

/** Elements of a workgroup: 64 invocations of four neighbouring elements. */
const CHUNK = 256;

export default function plan({ shape: { size }, params: { slope } }: PlanContext<"leaky-relu">): Plan<"leaky-relu"> {
  const groups = Math.ceil(size / CHUNK);
  const across = Math.min(groups, 4096);
  return {
    passes: [
      {
        code,
        constants: { SIZE: size, SLOPE: slope },
        bindings: ["x", "y"],
        workgroups: [across, Math.ceil(groups / across)],
      },
    ],
  };
}
