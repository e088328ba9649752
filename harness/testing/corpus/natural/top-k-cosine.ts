// From the statement alone, accepted at try 1.
import type { Plan, PlanContext } from "kernelmark";
import score from "./top-k-cosine-score.wgsl";
import select from "./top-k-cosine-select.wgsl";

export default function plan({ shape, device }: PlanContext<"top-k-cosine">): Plan<"top-k-cosine", "similarities"> {
  const { queries, docs, dim, top_k } = shape;
  const across = Math.min(queries, device.limits.maxComputeWorkgroupsPerDimension);
  return {
    scratch: { similarities: 4 * queries * docs },
    passes: [
      {
        code: score,
        constants: { QUERIES: queries, DOCS: docs, DIM: dim },
        bindings: ["queries", "docs", "similarities"],
        workgroups: [Math.ceil(docs / 8), Math.ceil(queries / 8)],
      },
      {
        code: select,
        constants: { QUERIES: queries, DOCS: docs, TOP_K: top_k },
        bindings: ["similarities", "indices", "scores"],
        workgroups: [across, Math.ceil(queries / across)],
      },
    ],
  };
}
