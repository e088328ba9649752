import type { PlanFunction } from "../../../harness/task/plan.ts";
import code from "./tuned.wgsl";

/** Tokens, and outputs, of an invocation. */
const QUARTET = 4;
/** Smaller problems use smaller tiles, to have enough workgroups for every core. */
const SIZE_FOR_LARGE_TILES = 64;

export const tuned: PlanFunction<"tokens" | "model" | "hidden", never> = ({ shape }) => {
  const { tokens, model, hidden } = shape;
  const side = Math.min(tokens, hidden) >= SIZE_FOR_LARGE_TILES ? 8 : 4;
  const constants = { TOKENS: tokens, MODEL: model, HIDDEN: hidden, SIDE: side };
  const tiles = (size: number) => Math.ceil(size / QUARTET / side);
  return {
    scratch: { activations: 4 * tokens * hidden },
    passes: [
      {
        code,
        entryPoint: "activate",
        constants,
        bindings: ["x", "w_gate", "w_up", "activations"],
        workgroups: [tiles(hidden), tiles(tokens)],
      },
      {
        code,
        entryPoint: "project",
        constants,
        bindings: ["activations", "w_down", "out"],
        workgroups: [tiles(model), tiles(tokens)],
      },
    ],
  };
};
