import { spread } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { AttentionShape } from "../../../reference/attention.ts";
import code from "./plain.wgsl";

const WORKGROUP_SIZE = 64;

export const plain: PlanFunction<AttentionShape, "causal"> = ({ shape, params, device }) => {
  const { heads, queries, keys, dim } = shape;
  const constants = { HEADS: heads, QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: params.causal };
  const pass = (entryPoint: string, invocations: number) => {
    const workgroups = spread(Math.ceil(invocations / WORKGROUP_SIZE), device);
    return { code, entryPoint, constants, bindings: ["q", "k", "v", "p", "out"], workgroups };
  };
  const rows = heads * queries;
  return {
    passes: [pass("scores", rows * keys), pass("softmax", rows), pass("weighted_values", rows * dim)],
    scratch: { p: 4 * rows * keys },
  };
};
