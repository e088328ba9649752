// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./elastic-net-prox.wgsl";

export default function plan({ shape: { size }, params }: PlanContext<"elastic-net-prox">): Plan<"elastic-net-prox"> {
  const { lr, l1, l2 } = params;
  const constants = { SIZE: size, LR: lr, THRESHOLD: lr * l1, DIVISOR: 1 + lr * l2 };
  return {
    passes: [{ code, constants, bindings: ["w", "grad", "w_out"], workgroups: [Math.ceil(size / (4 * 64))] }],
  };
}
