// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./moe-gating.wgsl";

export default function plan({
  shape: { tokens, experts, top_k },
}: PlanContext<"moe-gating">): Plan<"moe-gating", "maxima" | "sums" | "shares"> {
  const constants = { TOKENS: tokens, EXPERTS: experts, TOP_K: top_k };
  return {
    scratch: { maxima: 4 * tokens, sums: 4 * tokens, shares: 4 * experts },
    passes: [
      {
        code,
        entryPoint: "route",
        constants,
        bindings: ["logits", "experts", "weights", "maxima", "sums"],
        workgroups: [Math.ceil(tokens / 64)],
      },
      {
        code,
        entryPoint: "balance",
        constants,
        bindings: ["logits", "experts", "maxima", "sums", "load", "shares"],
        workgroups: [experts],
      },
      { code, entryPoint: "finish", constants, bindings: ["load", "shares", "balance_loss"], workgroups: [1] },
    ],
  };
}
