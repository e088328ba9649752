// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import code from "./focal-loss.wgsl";

export default function plan({
  shape: { n, classes },
  params: { gamma },
}: PlanContext<"focal-loss">): Plan<"focal-loss"> {
  const across = Math.min(n, 32_768);
  const constants = { N: n, CLASSES: classes, GAMMA: gamma };
  return {
    passes: [{ code, constants, bindings: ["logits", "targets", "loss"], workgroups: [across, Math.ceil(n / across)] }],
  };
}
