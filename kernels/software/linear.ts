import type { DeviceContext, Pass } from "../../harness/task/plan.ts";
import alongColumns from "./along-columns.wgsl";
import unchanged from "./finished-unchanged.wgsl";
import biased from "./finished-with-bias.wgsl";
import inputsOfLayer from "./inputs.wgsl";
import linear from "./linear.wgsl";
import { productPass } from "./product.ts";
import { widthFor } from "./row-vectors.ts";

/** What a module adds to `linear.wgsl` or `along-columns.wgsl`: by default, the sums are the result. */
interface Own extends Partial<Pick<Pass, "code" | "constants">> {
  /** Further tensors that it reads as vectors: names of the constants with the lengths of rows. */
  readonly vectors?: Readonly<Record<string, string>>;
  /** `widthFor` the rows of all tensors, if further ones have rows of other lengths. */
  readonly width?: number;
  /** As of `productPass`. */
  readonly step?: string;
}

/** The pass of a linear layer, x·wᵀ, the bindings' first two; a plan with it requires `featuresFor` the device. */
export function linearPass(
  { rows, inputs, outputs }: Readonly<Record<"rows" | "inputs" | "outputs", number>>,
  bindings: readonly string[],
  device: DeviceContext,
  { code = unchanged, constants = {}, vectors = {}, width = widthFor(inputs, outputs), step }: Own = {},
): Pass {
  const module = {
    code: [inputsOfLayer, linear, code].join("\n"),
    constants: { ...constants, INPUTS: inputs, INPUTS_ROW: inputs / width },
    bindings,
  };
  const lengths = { x: "INPUTS", w: "INPUTS", ...vectors };
  return productPass(module, lengths, { rows, columns: outputs, width }, device, step);
}

/** The pass of a product of two matrices, x·w, else as `linearPass`. */
export function matrixPass(
  { rows, inputs, columns }: Readonly<Record<"rows" | "inputs" | "columns", number>>,
  bindings: readonly string[],
  device: DeviceContext,
  { code = unchanged, constants = {}, vectors = {}, width = widthFor(inputs, columns), step }: Own = {},
): Pass {
  const module = {
    code: [inputsOfLayer, alongColumns, code].join("\n"),
    constants: { ...constants, INPUTS: inputs, INPUTS_ROW: inputs / width, W_ROW: columns / width },
    bindings,
  };
  const lengths = { x: "INPUTS", w: "COLUMNS", ...vectors };
  return productPass(module, lengths, { rows, columns, width }, device, step);
}

/** What adds a bias to the sums, the third binding. */
export const BIASED: Own = { code: biased, vectors: { bias: "COLUMNS" } };
