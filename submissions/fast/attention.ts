// Expected verdict: accepted
// 64 queries of a head share every key and value that is read: tiles of up to eight wait in workgroup memory.

import type { Plan, PlanContext } from "kernelmark";
import { ceilDiv } from "kernelmark";
import code from "./attention.wgsl";

/** Numbers in a tile of keys. Workgroup memory is zeroed for every workgroup, so more than needed costs time. */
const TILE_SIZE = 256;

export default function plan({ shape, params }: PlanContext<"attention">): Plan {
  const { heads, queries, keys, dim } = shape;
  const tile = Math.max(1, Math.min(8, Math.floor(TILE_SIZE / dim)));
  return {
    passes: [
      {
        code,
        constants: { QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: params.causal, TILE: tile },
        bindings: ["q", "k", "v", "out"],
        workgroups: [ceilDiv(queries, 64), heads],
      },
    ],
  };
}
