// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./prune-2-4.wgsl";

export default function plan({ shape: { rows, cols } }: PlanContext<"prune-2-4">): Plan<"prune-2-4"> {
  const fours = (rows * cols) / 4;
  return {
    passes: [{ code, constants: { FOURS: fours }, bindings: ["w", "pruned"], workgroups: [Math.ceil(fours / 128)] }],
  };
}
