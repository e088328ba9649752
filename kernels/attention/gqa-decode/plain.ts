import { spread } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import code from "./plain.wgsl";

export type GqaDecodeShape = "batch" | "q_heads" | "kv_heads" | "context" | "dim";

const WORKGROUP_SIZE = 64;

export const plain: PlanFunction<GqaDecodeShape, never> = ({ shape, device }) => {
  const { batch, q_heads, kv_heads, context, dim } = shape;
  const constants = { BATCH: batch, Q_HEADS: q_heads, KV_HEADS: kv_heads, CONTEXT: context, DIM: dim };
  const pass = (entryPoint: string, invocations: number) => {
    const workgroups = spread(Math.ceil(invocations / WORKGROUP_SIZE), device);
    return { code, entryPoint, constants, bindings: ["q", "k_cache", "v_cache", "lengths", "p", "out"], workgroups };
  };
  const rows = batch * q_heads;
  return {
    passes: [pass("scores", rows * context), pass("softmax", rows), pass("weighted_values", rows * dim)],
    scratch: { p: 4 * rows * context },
  };
};
