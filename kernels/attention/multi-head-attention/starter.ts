import type { Plan, PlanContext } from "kernelmark";
import code from "./starter.wgsl";

export default function plan({ shape }: PlanContext<"multi-head-attention">): Plan {
  const { tokens, model } = shape;
  const project = (x: string, layer: string, y: string) => ({
    code,
    constants: { TOKENS: tokens, MODEL: model },
    bindings: [x, `w${layer}`, `b${layer}`, y],
    workgroups: [Math.ceil((tokens * model) / 64)],
  });
  return {
    // Still missing: the projections to q and k, and attention, which takes v to what wo is applied to.
    passes: [project("x", "v", "v"), project("v", "o", "out")],
    scratch: { v: 4 * tokens * model },
  };
}
