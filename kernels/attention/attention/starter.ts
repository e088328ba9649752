import type { Plan, PlanContext } from "kernelmark";
import code from "./starter.wgsl";

export default function plan({ shape, params }: PlanContext<"attention">): Plan<"attention"> {
  const { heads, queries, keys, dim } = shape;
  return {
    passes: [
      {
        code,
        constants: { HEADS: heads, QUERIES: queries, KEYS: keys, DIM: dim, CAUSAL: params.causal },
        bindings: ["q", "k", "v", "out"],
        workgroups: [Math.ceil((heads * queries) / 64)],
      },
    ],
  };
}
