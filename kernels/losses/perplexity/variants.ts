import type { WrittenVariants } from "../../../harness/task/variant.ts";
import { SHIFT, unseenInRowBlocks } from "../shift-variants.ts";

export const variants: WrittenVariants<"tokens" | "classes", never> = {
  honest: [],
  unseen: {
    "tuned, f16: let maximum = max(before.maximum, largest(block))": SHIFT,
    ...unseenInRowBlocks,
  },
};
