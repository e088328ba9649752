import { passesOf } from "../../harness/task/one-pass.ts";
import type { DeviceContext, Pass, Plan } from "../../harness/task/plan.ts";
import softmax from "./softmax.wgsl";

const WORKGROUP_SIZE = 64;

/** Scores of `keys` keys in each row, stored in `p`; then their softmax; then `columns` weighted values of each row. */
export function storedScoresPlan(
  { code, ...module }: Pick<Pass, "code" | "constants" | "bindings">,
  { rows, keys, columns }: Readonly<Record<"rows" | "keys" | "columns", number>>,
  device: DeviceContext,
): Plan {
  const invocations = { scores: rows * keys, softmax: rows, weighted_values: rows * columns };
  return {
    passes: passesOf({ ...module, code: `${code}\n${softmax}` }, WORKGROUP_SIZE, invocations, device),
    scratch: { p: 4 * rows * keys },
  };
}
