import { spread } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { GqaDecodeShape } from "./plain.ts";
import code from "./tuned.wgsl";
import joinCode from "./tuned-join.wgsl";

/** Query heads that a workgroup serves at once, as the components of a vec4f. */
const HEADS_AT_ONCE = 4;
/** Positions in a part of the cache: few enough to give every core a workgroup. */
const PART = 256;
const JOIN_SIZE = 64;

export const tuned: PlanFunction<GqaDecodeShape, never> = ({ shape, device }) => {
  const { batch, q_heads, kv_heads, context, dim } = shape;
  const parts = Math.ceil(context / PART);
  const quartets = Math.ceil(q_heads / kv_heads / HEADS_AT_ONCE);
  const rows = batch * q_heads;
  const lanes = Math.max(context, dim) <= 16 ? 16 : 64;
  const constants = { BATCH: batch, Q_HEADS: q_heads, CONTEXT: context, DIM: dim, PART };
  return {
    passes: [
      {
        code,
        constants: { ...constants, KV_HEADS: kv_heads, LANES: lanes },
        bindings: ["q", "k_cache", "v_cache", "lengths", "values", "weights"],
        workgroups: spread(batch * kv_heads * quartets * parts, device),
      },
      {
        code: joinCode,
        constants,
        bindings: ["lengths", "values", "weights", "out"],
        workgroups: spread(Math.ceil((rows * dim) / JOIN_SIZE), device),
      },
    ],
    scratch: { values: 4 * rows * parts * dim, weights: 8 * rows * parts },
  };
};
