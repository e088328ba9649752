import type { Pass, Plan, PlanContext } from "kernelmark";
import code from "./starter.wgsl";

type Task = "multi-head-attention";

/** The task's tensors, then scratch buffers. */
export default function plan({ shape }: PlanContext<Task>): Plan<Task, "v"> {
  const { tokens, model } = shape;
  const project = (x: "x" | "v", layer: "q" | "k" | "v" | "o", y: "v" | "out"): Pass<Task, "v"> => ({
    code,
    constants: { TOKENS: tokens, MODEL: model },
    bindings: [x, `w${layer}`, `b${layer}`, y],
    workgroups: [Math.ceil((tokens * model) / 64)],
  });
  return {
    // Still missing: the projections to q and k, and attention between the projections to v and to out.
    passes: [project("x", "v", "v"), project("v", "o", "out")],
    scratch: { v: 4 * tokens * model },
  };
}
