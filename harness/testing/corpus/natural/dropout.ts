// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./dropout.wgsl";

export default function plan({ shape: { size }, params: { rate } }: PlanContext<"dropout">): Plan<"dropout"> {
  // An invocation takes the four elements of a block.
  const groups = Math.ceil(size / 4 / 64);
  const across = Math.min(groups, 8192);
  return {
    passes: [
      {
        code,
        constants: { SIZE: size, RATE: rate },
        bindings: ["x", "key", "y"],
        workgroups: [across, Math.ceil(groups / across)],
      },
    ],
  };
}
