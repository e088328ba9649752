import { passesOf } from "../../../harness/task/one-pass.ts";
import type { PlanFunction } from "../../../harness/task/plan.ts";
import { linearPass } from "../../software/linear.ts";
import { featuresFor } from "../../software/shared-rows.ts";
import code from "./ranking-software.wgsl";
import finished from "./similarity-software.wgsl";

/** Invocations of a workgroup, as in the shader. */
const LANES = 8;

/** A product by tiles in registers, and a ranking by one invocation a query: no barriers. */
export const software: PlanFunction<"queries" | "docs" | "dim" | "top_k"> = ({ shape, device }) => {
  const { queries, docs, dim, top_k } = shape;
  const constants = { QUERIES: queries, DOCS: docs, DIM: dim, TOP_K: top_k };
  const inRank = ["queries", "similarities", "indices", "scores"];
  return {
    scratch: { inverse_norms: 4 * docs, similarities: 4 * queries * docs },
    passes: [
      ...passesOf({ code, constants, bindings: ["docs", "inverse_norms"] }, LANES, { measure: docs }),
      linearPass(
        { rows: queries, inputs: dim, outputs: docs },
        ["queries", "docs", "inverse_norms", "similarities"],
        device,
        { code: finished, vectors: { inverse_norms: "COLUMNS" } },
      ),
      ...passesOf({ code, constants, bindings: inRank }, LANES, { rank: queries }),
    ],
    requires: featuresFor(device),
  };
};
