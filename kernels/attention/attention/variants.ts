import type { Variants } from "../../../harness/task/variant.ts";
import type { AttentionShape } from "../../../reference/attention.ts";
import { honest, imprecise, normalisedOverQueries, wrong } from "../attention-variants.ts";

export const variants: Variants<AttentionShape, "causal"> = {
  honest,
  imprecise,
  wrong: [...wrong, { name: "down the queries", mistake: "normalised-over-queries", plan: normalisedOverQueries }],
};
