import type { Pass, Plan, PlanContext } from "kernelmark";
import code from "./starter.wgsl";

type Task = "multi-head-attention";

/** With the names of scratch buffers behind the task's. */
export default function plan({ shape }: PlanContext<Task>): Plan<Task, "v"> {
  const { tokens, model } = shape;
  const project = (x: "x" | "v", layer: "q" | "k" | "v" | "o", y: "v" | "out"): Pass<Task, "v"> => ({
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
