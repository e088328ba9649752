// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./lora-linear.wgsl";

export default function plan({ shape, params }: PlanContext<"lora-linear">): Plan<"lora-linear", "z"> {
  const { tokens, inputs, outputs, rank } = shape;
  const constants = { TOKENS: tokens, INPUTS: inputs, OUTPUTS: outputs, RANK: rank, SCALE: params.alpha / rank };
  return {
    scratch: { z: 4 * tokens * rank },
    passes: [
      {
        code,
        entryPoint: "project",
        constants,
        bindings: ["x", "lora_a", "z"],
        workgroups: [Math.ceil(rank / 4), Math.ceil(tokens / 16)],
      },
      {
        code,
        entryPoint: "combine",
        constants,
        bindings: ["x", "w", "z", "lora_b", "y"],
        workgroups: [Math.ceil(outputs / 4), Math.ceil(tokens / 16)],
      },
    ],
  };
}
