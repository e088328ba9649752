import { SHIFT, type WrittenVariants } from "../../../harness/task/variant.ts";

export const variants: WrittenVariants<"tokens" | "experts" | "top_k", never> = {
  honest: [],
  unseen: {
    "f16: maximum = best": SHIFT,
    "tuned (hardware), f16: maximum = previous.logit": SHIFT,
  },
};
