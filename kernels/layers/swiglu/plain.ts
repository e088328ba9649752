import { spread } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import code from "./plain.wgsl";

const WORKGROUP_SIZE = 64;

export const plain: PlanFunction<"tokens" | "model" | "hidden", never> = ({ shape, device }) => {
  const { tokens, model, hidden } = shape;
  const constants = { TOKENS: tokens, MODEL: model, HIDDEN: hidden };
  const workgroups = (invocations: number) => spread(Math.ceil(invocations / WORKGROUP_SIZE), device);
  return {
    scratch: { activations: 4 * tokens * hidden },
    passes: [
      {
        code,
        entryPoint: "activate",
        constants,
        bindings: ["x", "w_gate", "w_up", "activations"],
        workgroups: workgroups(tokens * hidden),
      },
      {
        code,
        entryPoint: "project",
        constants,
        bindings: ["activations", "w_down", "out"],
        workgroups: workgroups(tokens * model),
      },
    ],
  };
};
