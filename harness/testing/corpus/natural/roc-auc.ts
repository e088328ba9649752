// From the statement alone, accepted at try 2. Try 1: a variable was called `from`, which is a reserved word of WGSL.
import type { Plan, PlanContext } from "kernelmark";
import code from "./roc-auc.wgsl";

export default function plan({ shape: { n }, params }: PlanContext<"roc-auc">): Plan<"roc-auc", "counts"> {
  return {
    scratch: { counts: 20 },
    passes: [
      {
        code,
        entryPoint: "count",
        constants: { N: n, THRESHOLD: params.threshold },
        bindings: ["scores", "labels", "counts"],
        workgroups: [Math.ceil(n / 64)],
      },
      { code, entryPoint: "finish", bindings: ["auc", "confusion", "counts"], workgroups: [1] },
    ],
  };
}
