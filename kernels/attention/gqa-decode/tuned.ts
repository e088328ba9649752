import { spread } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import { onlineKernel, QUERIES_AT_ONCE } from "../online.ts";
import type { GqaDecodeShape } from "./plain.ts";
import code from "./tuned.wgsl";
import joinCode from "./tuned-join.wgsl";

/** Positions in a part of the cache: few enough to give every core a workgroup. */
const PART = 256;
const JOIN_SIZE = 64;

export const tuned: PlanFunction<GqaDecodeShape, never> = ({ shape, device }) => {
  const { batch, q_heads, kv_heads, context, dim } = shape;
  const parts = Math.ceil(context / PART);
  const quartets = Math.ceil(q_heads / kv_heads / QUERIES_AT_ONCE);
  const rows = batch * q_heads;
  const constants = { BATCH: batch, Q_HEADS: q_heads, CONTEXT: context, PART };
  const part = onlineKernel(code, { keys: context, dim, row: dim });
  return {
    passes: [
      {
        code: part.code,
        constants: { ...constants, ...part.constants, KV_HEADS: kv_heads },
        bindings: ["q", "k_cache", "v_cache", "lengths", "values", "weights"],
        workgroups: spread(batch * kv_heads * quartets * parts, device),
      },
      {
        code: joinCode,
        constants: { ...constants, DIM: dim },
        bindings: ["lengths", "values", "weights", "out"],
        workgroups: spread(Math.ceil((rows * dim) / JOIN_SIZE), device),
      },
    ],
    scratch: { values: 4 * rows * parts * dim, weights: 8 * rows * parts },
  };
};
