import type { WrittenVariants } from "../../../harness/task/variant.ts";
import type { MultiHeadShape } from "../../../reference/multi-head-attention.ts";
import { limitedMaxima, scalings, score, softmaxes, unseenOnline, unseenOnSoftware } from "../score-variants.ts";

const SCORE = score("dim");
const RAISE = "maximum = max(maximum, p[at]);";

export const variants: WrittenVariants<MultiHeadShape, "causal"> = {
  honest: [
    ...softmaxes,
    ...scalings([["exp(p", "exp2(p"]], "dim"),
    {
      name: "all tokens read, hidden ones masked by -1e30",
      edits: [
        ["return select(TOKENS, row % TOKENS + 1u, CAUSAL);", "return TOKENS;"],
        [SCORE, `select(-1e30, ${SCORE}, !CAUSAL || key <= query)`],
      ],
    },
  ],
  unseen: { ...unseenOnline("tuned (hardware)"), ...unseenOnSoftware },
  limited: [
    ...limitedMaxima,
    { name: "scores up to 290", edits: [[SCORE, `min(${SCORE}, 290.0)`]] },
    {
      name: "token 40's maximum of the first score alone",
      edits: [[RAISE, `if (row % TOKENS % 64u != 40u) { ${RAISE} }`]],
    },
  ],
};
