import { spread, withoutMarks } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { AttentionShape } from "../../../reference/attention.ts";
import plain from "./plain.wgsl";
import tiled from "./tuned.wgsl";

const QUERIES_TOGETHER = 8;
const TILE = 32;
const PLAIN_WORKGROUP_SIZE = 64;

export const tuned: PlanFunction<AttentionShape, "causal"> = ({ shape, params, device }) => {
  const { heads, queries, keys, dim } = shape;
  // With fewer queries than a workgroup takes, or fewer keys than a tile, most invocations would be idle.
  const isSmall = queries < QUERIES_TOGETHER || keys < TILE;
  return {
    passes: [
      {
        code: isSmall ? withoutMarks(plain) : tiled,
        constants: { HEADS: heads, QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: params.causal },
        bindings: ["q", "k", "v", "out"],
        workgroups: isSmall
          ? spread(Math.ceil((heads * queries) / PLAIN_WORKGROUP_SIZE), device)
          : [Math.ceil(queries / QUERIES_TOGETHER), heads],
      },
    ],
  };
};
