import { SHIFT, type WrittenVariants } from "../../../harness/task/variant.ts";

export const variants: WrittenVariants<"n" | "classes", "gamma"> = {
  honest: [],
  unseen: {
    "tuned, f16: let maximum = max(before.maximum, largest(block))": SHIFT,
    "tuned, f16: let four = max(max(block[0], block[1]), max(block[2], block[3]))": SHIFT,
    "tuned, f16: return max(max(four.x, four.y), max(four.z, four.w))": SHIFT,
  },
};
