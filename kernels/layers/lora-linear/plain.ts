import { spread } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import code from "./plain.wgsl";

const WORKGROUP_SIZE = 64;

export const plain: PlanFunction<"tokens" | "inputs" | "outputs" | "rank", "alpha"> = ({ shape, params, device }) => {
  const { tokens, inputs, outputs, rank } = shape;
  const workgroups = (invocations: number) => spread(Math.ceil(invocations / WORKGROUP_SIZE), device);
  const sizes = { TOKENS: tokens, INPUTS: inputs, RANK: rank };
  return {
    scratch: { low: 4 * tokens * rank },
    passes: [
      {
        code,
        entryPoint: "reduce",
        constants: sizes,
        bindings: ["x", "lora_a", "low"],
        workgroups: workgroups(tokens * rank),
      },
      {
        code,
        entryPoint: "project",
        constants: { ...sizes, OUTPUTS: outputs, ALPHA: params.alpha },
        bindings: ["x", "w", "lora_b", "low", "y"],
        workgroups: workgroups(tokens * outputs),
      },
    ],
  };
};
