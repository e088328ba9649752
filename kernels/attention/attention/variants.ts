import type { Variants } from "../../../harness/task/variant.ts";
import type { AttentionShape } from "../../../reference/attention.ts";
import { normalisedOverQueries } from "../attention-pass-kernels.ts";
import { honest, imprecise, limited, wrong } from "../attention-variants.ts";

export const variants: Variants<AttentionShape, "causal"> = {
  honest: [
    honest.reversed,
    honest.fused,
    honest.blocked,
    honest.fusedExponent,
    honest.onlineByKey,
    honest.throughLogarithm,
    honest.maskedScores,
    honest.vec4,
    honest.tree,
    honest.subgroups,
  ],
  imprecise,
  limited,
  wrong: [...wrong, { name: "down the queries", mistake: "normalised-over-queries", plan: normalisedOverQueries }],
};
