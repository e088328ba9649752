import { spread } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import code from "./tuned.wgsl";

/** Elements of a workgroup of `reduce`. */
const ELEMENTS = 8;
/** Tokens, and outputs, of an invocation of `project`. */
const QUARTET = 4;
/** Smaller problems use smaller tiles, to have enough workgroups for every core. */
const SIZE_FOR_LARGE_TILES = 64;

export const tuned: PlanFunction<"tokens" | "inputs" | "outputs" | "rank", "alpha"> = ({ shape, params, device }) => {
  const { tokens, inputs, outputs, rank } = shape;
  const side = Math.min(tokens, outputs) >= SIZE_FOR_LARGE_TILES ? 8 : 4;
  const tiles = (size: number) => Math.ceil(size / QUARTET / side);
  const sizes = { TOKENS: tokens, INPUTS: inputs, RANK: rank };
  return {
    scratch: { low: 4 * tokens * rank },
    passes: [
      {
        code,
        entryPoint: "reduce",
        constants: { ...sizes, ALPHA: params.alpha },
        bindings: ["x", "lora_a", "low"],
        workgroups: spread(Math.ceil((tokens * rank) / ELEMENTS), device),
      },
      {
        code,
        entryPoint: "project",
        constants: { ...sizes, OUTPUTS: outputs, SIDE: side },
        bindings: ["x", "w", "lora_b", "low", "y"],
        workgroups: [tiles(outputs), tiles(tokens)],
      },
    ],
  };
};
