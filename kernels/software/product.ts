import type { DeviceContext, Pass } from "../../harness/task/plan.ts";
import product from "./product.wgsl";
import { sharedRows } from "./shared-rows.ts";

/** Elements of a vector: rows that are read as vectors have a multiple of it. */
export const VECTOR = 4;

const ROWS = 8;
const LANES = 8;

/** The pass of `product.wgsl` with what the module declares for it; a plan with it requires `featuresFor` the device. */
export function productPass(
  { code, constants, bindings }: Pick<Pass, "code" | "constants" | "bindings">,
  { rows, columns }: Readonly<Record<"rows" | "columns", number>>,
  device: DeviceContext,
): Pass {
  return {
    code: [sharedRows(device, "left"), product, code].join("\n"),
    constants: { ...constants, ROWS: rows, COLUMNS: columns },
    bindings,
    workgroups: [Math.ceil(columns / VECTOR / LANES), Math.ceil(rows / ROWS)],
  };
}
