import { spread } from "../../../harness/task/one-pass.ts";
import type { DeviceContext, Pass, PlanFunction } from "../../../harness/task/plan.ts";
import type { Shape } from "../../../reference/oracle.ts";
import code from "./plain.wgsl";
import project from "./project.wgsl";

export type Names = "queries" | "keys" | "query_dim" | "key_dim" | "hidden";

const WORKGROUP_SIZE = 64;

/** Workgroups of 64 for at least so many invocations. */
export const groupsFor = (invocations: number, device: DeviceContext) =>
  spread(Math.ceil(invocations / WORKGROUP_SIZE), device);

/** Projects queries and keys to the scratch buffers `from_queries` and `from_keys`. */
export function projections(
  { queries, keys, query_dim, key_dim, hidden }: Shape<Names>,
  device: DeviceContext,
): Pass[] {
  const pass = (bindings: readonly string[], rows: number, cols: number): Pass => ({
    code: project,
    bindings,
    constants: { ROWS: rows, COLS: cols, HIDDEN: hidden },
    workgroups: groupsFor(rows * hidden, device),
  });
  return [pass(["q", "w_q", "from_queries"], queries, query_dim), pass(["k", "w_k", "from_keys"], keys, key_dim)];
}

export const scratchOf = ({ queries, keys, hidden }: Shape<Names>) => ({
  from_queries: 4 * queries * hidden,
  from_keys: 4 * keys * hidden,
});

/** The pass after the projections. */
const attend = ({ queries, keys, key_dim, hidden }: Shape<Names>, device: DeviceContext): Pass => ({
  code,
  constants: { QUERIES: queries, KEYS: keys, KEY_DIM: key_dim, HIDDEN: hidden },
  bindings: ["from_queries", "from_keys", "v", "k", "context", "weights"],
  workgroups: groupsFor(queries, device),
});

export const plain: PlanFunction<Names, never> = ({ shape, device }) => ({
  scratch: scratchOf(shape),
  passes: [...projections(shape, device), attend(shape, device)],
});
