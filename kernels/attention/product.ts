import type { Pass } from "../../harness/task/plan.ts";
import product from "./product.wgsl";

/** Rows, and columns, that an invocation computes. */
const QUARTET = 4;

/** The pass of a product of `rows × depth` and `depth × columns`, the result last among its bindings. */
export function productPass(
  code: string,
  { heads, rows, columns, depth }: Readonly<Record<"heads" | "rows" | "columns" | "depth", number>>,
  bindings: readonly string[],
  own: Pass["constants"] = {},
): Pass {
  // Small problems use smaller tiles, to have enough workgroups for every core.
  const side = Math.max(rows, columns) <= 64 ? 4 : 8;
  return {
    code: `${code}\n${product}`,
    constants: { ...own, ROWS: rows, COLUMNS: columns, DEPTH: depth, SIDE: side },
    bindings,
    workgroups: [Math.ceil(columns / QUARTET / side), Math.ceil(rows / QUARTET / side), heads],
  };
}
