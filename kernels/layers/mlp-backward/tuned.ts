import type { Pass, PlanFunction } from "../../../harness/task/plan.ts";
import { errorPasses, type Names, scratchOf } from "./passes.ts";
import code from "./tuned.wgsl";

const LANES = 64;
/** Rows that make a part worth a workgroup of its own, and the most parts. */
const ROWS_OF_A_PART = 64;
const MOST_PARTS = 32;

export const tuned: PlanFunction<Names, never> = ({ shape, device }) => {
  const { n, inputs, hidden, outputs } = shape;
  const parts = Math.min(MOST_PARTS, Math.ceil(n / ROWS_OF_A_PART));
  /** Adds up a layer's gradients in parts, and joins them. */
  const gradients = (layer: 1 | 2, errors: string, features: string, units: number, count: number): Pass[] => {
    const constants = { UNITS: units, FEATURES: count, PARTS: parts };
    const across = Math.ceil((count + 1) / LANES);
    return [
      {
        ...{ code, entryPoint: "add_parts", bindings: [errors, features, `parts${layer}`] },
        constants: { ...constants, N: n },
        workgroups: [across, units, parts],
      },
      {
        ...{ code, entryPoint: "join", bindings: [`parts${layer}`, `grad_w${layer}`, `grad_b${layer}`] },
        constants: { ...constants, N: n, OUTPUTS: outputs },
        workgroups: [across, units],
      },
    ];
  };
  return {
    scratch: {
      ...scratchOf(shape),
      parts1: 4 * parts * hidden * (inputs + 1),
      parts2: 4 * parts * outputs * (hidden + 1),
    },
    passes: [
      ...errorPasses(shape, device),
      ...gradients(2, "output_errors", "hidden", outputs, hidden),
      ...gradients(1, "hidden_errors", "x", hidden, inputs),
      {
        ...{ code, entryPoint: "average", bindings: ["output_errors", "loss"] },
        constants: { N: n, OUTPUTS: outputs },
        workgroups: [1],
      },
    ],
  };
};
