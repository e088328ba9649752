// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./dpo-loss.wgsl";

export default function plan({ shape: { n, tokens }, params: { beta } }: PlanContext<"dpo-loss">): Plan<"dpo-loss"> {
  return {
    passes: [
      {
        code,
        constants: { N: n, TOKENS: tokens, BETA: beta },
        bindings: [
          "policy_chosen",
          "policy_rejected",
          "reference_chosen",
          "reference_rejected",
          "chosen_lengths",
          "rejected_lengths",
          "loss",
        ],
        workgroups: [Math.ceil(n / 4)],
      },
    ],
  };
}
