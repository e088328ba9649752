import type { WrittenVariants } from "../../../harness/task/variant.ts";

const ALONE = "a pair without others has a loss of 0, whatever its similarity";

export const variants: WrittenVariants<"n" | "d", "temperature"> = {
  honest: [],
  unseen: {
    "tuned, f16: upper[0] += of_row(columns, left(0u, step))": ALONE,
    "tuned, f16: return columns * row": ALONE,
  },
};
