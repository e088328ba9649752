// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./adamw-step.wgsl";

export default function plan({ shape: { size }, params }: PlanContext<"adamw-step">): Plan<"adamw-step"> {
  const { lr, beta1, beta2, eps, weight_decay: decay, step } = params;
  const groups = Math.min(Math.ceil(size / 64), 4096);
  return {
    passes: [
      {
        code,
        constants: {
          SIZE: size,
          STRIDE: 64 * groups,
          BETA1: beta1,
          NEW1: 1 - beta1,
          BETA2: beta2,
          NEW2: 1 - beta2,
          EPS: eps,
          KEEP: 1 - lr * decay,
          RATE: lr / (1 - beta1 ** step),
          SQUARE: 1 / (1 - beta2 ** step),
        },
        bindings: ["w", "grad", "m", "v", "w_out", "m_out", "v_out"],
        workgroups: [groups],
      },
    ],
  };
}
