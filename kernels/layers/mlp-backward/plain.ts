import type { Pass, PlanFunction } from "../../../harness/task/plan.ts";
import { errorPasses, groupsFor, type Names, scratchOf } from "./passes.ts";
import code from "./plain.wgsl";

export const plain: PlanFunction<Names, never> = ({ shape, device }) => {
  const { n, inputs, hidden, outputs } = shape;
  const gradients = (bindings: readonly string[], units: number, features: number): Pass => ({
    ...{ code, entryPoint: "add_gradients", bindings },
    constants: { N: n, OUTPUTS: outputs, UNITS: units, FEATURES: features },
    workgroups: groupsFor(units * (features + 1), device),
  });
  return {
    scratch: scratchOf(shape),
    passes: [
      ...errorPasses(shape, device),
      gradients(["output_errors", "hidden", "grad_w2", "grad_b2"], outputs, hidden),
      gradients(["hidden_errors", "x", "grad_w1", "grad_b1"], hidden, inputs),
      {
        ...{ code, entryPoint: "average", bindings: ["output_errors", "loss"] },
        constants: { N: n, OUTPUTS: outputs },
        workgroups: [1],
      },
    ],
  };
};
