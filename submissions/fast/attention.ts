// Expected verdict: accepted
// 64 queries of a head share every key and value that is read: tiles of eight wait in workgroup memory.

import type { Plan, PlanContext } from "kernelmark";
import { ceilDiv } from "kernelmark";
import code from "./attention.wgsl";

export default function plan({ shape, params }: PlanContext<"attention">): Plan {
  const { heads, queries, keys, dim } = shape;
  return {
    passes: [
      {
        code,
        constants: { QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: params.causal },
        bindings: ["q", "k", "v", "out"],
        workgroups: [ceilDiv(queries, 64), heads],
      },
    ],
  };
}
