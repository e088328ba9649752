// Expected verdict: accepted
// One invocation per query: it loops over the keys once, and a larger score rescales the sums so far.

import type { Plan, PlanContext } from "kernelmark";
import code from "./attention.wgsl";

export default function plan({ shape, params }: PlanContext<"attention">): Plan<"attention"> {
  const { heads, queries, keys, dim } = shape;
  return {
    passes: [
      {
        code,
        constants: { ROWS: heads * queries, QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: params.causal },
        bindings: ["q", "k", "v", "out"],
        workgroups: [Math.ceil((heads * queries) / 64)],
      },
    ],
  };
}
