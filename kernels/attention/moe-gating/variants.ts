import type { WrittenVariants } from "../../../harness/task/variant.ts";

const SHIFT = "a shift of exponents: weights and their sum change alike";

export const variants: WrittenVariants<"tokens" | "experts" | "top_k", never> = {
  honest: [],
  unseen: {
    "f16: maximum = best": SHIFT,
    "tuned (hardware), f16: maximum = previous.logit": SHIFT,
  },
};
