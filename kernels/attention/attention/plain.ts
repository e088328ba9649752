import type { PlanFunction } from "../../../harness/task/plan.ts";
import type { AttentionShape } from "../../../reference/attention.ts";
import { storedScoresPlan } from "../stored-scores.ts";
import code from "./plain.wgsl";

export const plain: PlanFunction<AttentionShape, "causal"> = ({ shape, params, device }) => {
  const { heads, queries, keys, dim } = shape;
  const constants = { HEADS: heads, QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: params.causal };
  const module = { code, constants, bindings: ["q", "k", "v", "p", "out"] };
  return storedScoresPlan(module, { rows: heads * queries, keys, columns: dim }, device);
};
