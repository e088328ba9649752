import type { PlanFunction } from "../../../harness/task/plan.ts";
import { groupsFor, type Names, projections, scratchOf } from "./plain.ts";
import code from "./tuned.wgsl";

export const tuned: PlanFunction<Names, never> = ({ shape, device }) => {
  const { queries, keys, key_dim, hidden } = shape;
  const pass = (entryPoint: string, invocations: number) => ({
    ...{ code, entryPoint },
    bindings: ["from_queries", "from_keys", "v", "weights", "k", "context"],
    constants: { QUERIES: queries, KEYS: keys, KEY_DIM: key_dim, HIDDEN: hidden },
    workgroups: groupsFor(invocations, device),
  });
  return {
    scratch: scratchOf(shape),
    passes: [
      ...projections(shape, device),
      pass("scores", queries * keys),
      pass("softmax", queries),
      pass("means", queries * key_dim),
    ],
  };
};
