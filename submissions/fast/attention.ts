// Expected verdict: accepted
// 64 queries of a head share every key and value that is read: tiles of up to eight wait in workgroup memory.

import type { Plan, PlanContext } from "kernelmark";
import { ceilDiv } from "kernelmark";
import code from "./attention.wgsl";

/** Numbers in a tile of keys. Software adapters zero workgroup memory word by word, and take long to compile that. */
const TILE_SIZE = { hardware: 1024, software: 32 };

export default function plan({ shape, params, device }: PlanContext<"attention">): Plan {
  const { heads, queries, keys, dim } = shape;
  const tile = Math.max(1, Math.min(8, Math.floor(TILE_SIZE[device.kind] / dim)));
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
