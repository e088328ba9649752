import type { Plan, PlanContext } from "kernelmark";
import code from "./starter.wgsl";

export default function plan({ shape }: PlanContext<"gqa-decode">): Plan<"gqa-decode"> {
  const { batch, q_heads, kv_heads, context, dim } = shape;
  return {
    passes: [
      {
        code,
        constants: { BATCH: batch, Q_HEADS: q_heads, KV_HEADS: kv_heads, CONTEXT: context, DIM: dim },
        bindings: ["q", "k_cache", "v_cache", "lengths", "out"],
        workgroups: [Math.ceil((batch * q_heads) / 64)],
      },
    ],
  };
}
