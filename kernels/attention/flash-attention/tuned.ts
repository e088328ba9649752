import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { AttentionShape } from "../../../reference/attention.ts";
import { plain } from "./plain.ts";
import code from "./tuned.wgsl";

const QUERIES_TOGETHER = 8;
const TILE = 32;

export const tuned: PlanFunction<AttentionShape, "causal"> = (context) => {
  const { heads, queries, keys, dim } = context.shape;
  // With fewer queries than a workgroup takes, or fewer keys than a tile, most invocations would be idle.
  if (queries < QUERIES_TOGETHER || keys < TILE) return plain(context);
  return {
    passes: [
      {
        code,
        constants: { HEADS: heads, QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: context.params.causal },
        bindings: ["q", "k", "v", "out"],
        workgroups: [Math.ceil(queries / QUERIES_TOGETHER), heads],
      },
    ],
  };
};
