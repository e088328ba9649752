import type { WrittenVariants } from "../../../harness/task/variant.ts";

const SHIFT = "exponentials and the logarithm of their sum change alike with any shift near the maximum";

export const variants: WrittenVariants<"tokens" | "classes", never> = {
  honest: [],
  unseen: {
    "tuned, f16: let maximum = max(before.maximum, largest(block))": SHIFT,
    "tuned, f16: let four = max(max(block[0], block[1]), max(block[2], block[3]))": SHIFT,
    "tuned, f16: return max(max(four.x, four.y), max(four.z, four.w))": SHIFT,
  },
};
