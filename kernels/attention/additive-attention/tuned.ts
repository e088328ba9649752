import { passesOf } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import { type Names, projections, scratchOf, WORKGROUP_SIZE } from "./plain.ts";
import code from "./tuned.wgsl";

export const tuned: PlanFunction<Names, never> = ({ shape, device }) => {
  const { queries, keys, key_dim, hidden } = shape;
  const constants = { QUERIES: queries, KEYS: keys, KEY_DIM: key_dim, HIDDEN: hidden };
  const bindings = ["from_queries", "from_keys", "v", "weights", "k", "context"];
  const invocations = { scores: queries * keys, softmax: queries, means: queries * key_dim };
  return {
    scratch: scratchOf(shape),
    passes: [
      ...projections(shape, device),
      ...passesOf({ code, constants, bindings }, WORKGROUP_SIZE, invocations, device),
    ],
  };
};
