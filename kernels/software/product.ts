import type { DeviceContext, Pass } from "../../harness/task/plan.ts";
import product from "./product.wgsl";
import { rowVectors } from "./row-vectors.ts";
import { sharedRows } from "./shared-rows.ts";
import products from "./step-of-products.wgsl";
import tile from "./tile.wgsl";

const ROWS = 8;
const COLUMNS_OF_LANE = 4;
const LANES = 8;

/** Workgroups whose invocations take four columns each. */
export function workgroupsOf(columns: number): number {
  return Math.ceil(columns / COLUMNS_OF_LANE / LANES);
}

/** What a module with tiles of sums needs, apart from what `tile.wgsl` asks of it. Arguments as for `rowVectors`. */
export function tiles(
  rows: Parameters<typeof rowVectors>[0],
  width: number,
  device: DeviceContext,
  step: string,
): string {
  return [sharedRows(device, "left"), rowVectors(rows, width), tile, step].join("\n");
}

/**
 * The pass of `product.wgsl` with what the module declares for it; a plan with it requires `featuresFor` the device.
 *
 * @param bindings the last is the result
 * @param vectors names of the constants with the lengths of rows, for each tensor that the module reads as vectors
 * @param width of the result, and of those tensors (`widthFor`)
 * @param step what four elements of a row and of a column add: `step-of-squares.wgsl` instead of products
 */
export function productPass(
  { code, constants, bindings }: Pick<Pass, "code" | "constants" | "bindings">,
  vectors: Readonly<Record<string, string>>,
  { rows, columns, width }: Readonly<Record<"rows" | "columns" | "width", number>>,
  device: DeviceContext,
  step = products,
): Pass {
  const result = `@group(0) @binding(${bindings.length - 1}) var<storage, read_write> result: array<Element>;\n`;
  return {
    code: [tiles({ read: vectors, written: { result: "COLUMNS" } }, width, device, step), result, product, code].join(
      "\n",
    ),
    constants: { ...constants, ROWS: rows, COLUMNS: columns, RESULT_ROW: columns / width },
    bindings,
    workgroups: [workgroupsOf(columns), Math.ceil(rows / ROWS)],
  };
}
