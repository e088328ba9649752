import { byDeviceKind } from "../../../harness/task/by-device-kind.ts";
import { passesOf } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import { linearPass } from "../../software/linear.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import { attend, type Names, projections, scratchOf, WORKGROUP_SIZE } from "./plain.ts";
import code from "./tuned.wgsl";

const hardware: PlanFunction<Names, never> = ({ shape, device }) => {
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

export const tuned = byDeviceKind<Names, never>({
  software({ shape, device }) {
    const { queries, keys, query_dim, key_dim, hidden } = shape;
    const project = (rows: number, inputs: number, bindings: readonly string[]) =>
      linearPass({ rows, inputs, outputs: hidden }, bindings, device);
    return {
      scratch: scratchOf(shape),
      passes: [
        project(queries, query_dim, ["q", "w_q", "from_queries"]),
        project(keys, key_dim, ["k", "w_k", "from_keys"]),
        attend(shape, device),
      ],
      requires: featuresFor(device),
    };
  },
  hardware,
});
