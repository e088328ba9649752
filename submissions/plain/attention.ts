// Expected verdict: accepted
// One invocation for each query: it goes through the keys once and corrects what it has whenever a larger score comes.

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
