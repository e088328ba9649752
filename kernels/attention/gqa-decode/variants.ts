import type { WrittenVariants } from "../../../harness/task/variant.ts";
import { limitedMaxima, scalings, score, softmaxes, unseenOnline, unseenOnSoftware } from "../score-variants.ts";
import type { GqaDecodeShape } from "./plain.ts";

const LENGTH = "return lengths[row / Q_HEADS];";

export const variants: WrittenVariants<GqaDecodeShape, never> = {
  honest: [
    ...softmaxes,
    ...scalings([["exp(p", "exp2(p"]]),
    {
      name: "the whole cache is read, and masked",
      edits: [
        [LENGTH, "return CONTEXT;"],
        [score(), `select(-1e30, ${score()}, position < lengths[row / Q_HEADS])`],
      ],
    },
  ],
  unseen: {
    ...unseenOnline("tuned (hardware)"),
    ...unseenOnSoftware,
    "tuned, f16: let share = select(vec4f(1), 1 / sum, DIVIDES && block + BLOCK >= seen)":
      "1: sums are divided when parts are joined",
  },
  limited: [
    ...limitedMaxima,
    { name: "scores up to 290", edits: [[score(), `min(${score()}, 290.0)`]] },
    {
      name: "values up to 90,000",
      edits: [["* v_cache[start + position * DIM + d]", "* min(v_cache[start + position * DIM + d], 9e4)"]],
    },
    {
      name: "full caches cut",
      edits: [[LENGTH, "let own = lengths[row / Q_HEADS]; return select(own, own - 1u, own == CONTEXT && own > 4u);"]],
    },
    {
      name: "full eighths of long caches only",
      edits: [[LENGTH, "let own = lengths[row / Q_HEADS]; return select(own, own / 8u * 8u, own > 64u);"]],
    },
  ],
};
