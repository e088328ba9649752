import type { PlanFunction } from "../../../harness/task/plan.ts";
import { storedScoresPlan } from "../stored-scores.ts";
import code from "./plain.wgsl";

export type GqaDecodeShape = "batch" | "q_heads" | "kv_heads" | "context" | "dim";

export const plain: PlanFunction<GqaDecodeShape, never> = ({ shape, device }) => {
  const { batch, q_heads, kv_heads, context, dim } = shape;
  const constants = { BATCH: batch, Q_HEADS: q_heads, KV_HEADS: kv_heads, CONTEXT: context, DIM: dim };
  const module = { code, constants, bindings: ["q", "k_cache", "v_cache", "lengths", "p", "out"] };
  return storedScoresPlan(module, { rows: batch * q_heads, keys: context, columns: dim }, device);
};
