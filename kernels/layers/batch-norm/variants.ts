import type { WrittenVariants } from "../../../harness/task/variant.ts";

export const variants: WrittenVariants<"batch" | "channels" | "spatial", "momentum" | "eps"> = {
  honest: [],
  unseen: {
    "tuned (hardware), f16: own.count += 1.0":
      "no lane counts more than 2,048 elements, up to which f16 holds every integer",
  },
};
