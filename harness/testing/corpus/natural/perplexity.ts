// From the statement alone, accepted at try 2. Try 1: the time limit did not count tokens, and stopped a workgroup for each of 65,537; since corrected.
import type { Plan, PlanContext } from "kernelmark";
import code from "./perplexity.wgsl";

export default function plan({ shape: { tokens, classes } }: PlanContext<"perplexity">): Plan<"perplexity", "losses"> {
  const constants = { TOKENS: tokens, CLASSES: classes };
  const width = Math.min(tokens, 60_000);
  return {
    scratch: { losses: 4 * tokens },
    passes: [
      {
        code,
        entryPoint: "each_token",
        constants,
        bindings: ["logits", "targets", "mask", "losses"],
        workgroups: [width, Math.ceil(tokens / width)],
      },
      { code, entryPoint: "all_tokens", constants, bindings: ["perplexity", "losses", "mask"], workgroups: [1] },
    ],
  };
}
