// Expected verdict: accepted
// Four keys at a time: fewer reads of the query, and fewer corrections and writes of the sums.

import type { Plan, PlanContext } from "kernelmark";
import { ceilDiv } from "kernelmark";
import code from "./attention.wgsl";

export default function plan({ shape, params }: PlanContext<"attention">): Plan<"attention"> {
  const { heads, queries, keys, dim } = shape;
  const rows = heads * queries;
  return {
    passes: [
      {
        code,
        constants: { ROWS: rows, QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: params.causal },
        bindings: ["q", "k", "v", "out"],
        workgroups: [ceilDiv(rows, 64)],
      },
    ],
  };
}
