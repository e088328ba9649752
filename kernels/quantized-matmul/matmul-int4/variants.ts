import type { Edit } from "../../../harness/task/kernel-change.ts";
import type { WrittenVariants } from "../../../harness/task/variant.ts";
import { TERM } from "./task.ts";

/** A group's sums of products and of activations, for each term, and after the loop. */
const groupwise = (each: string, after: string): readonly Edit[] => [
  ["for (var i = g * GROUP;", "var dots = 0.0;\n    var activations = 0.0;\n    for (var i = g * GROUP;"],
  [`${TERM}\n    }`, `${each}\n      activations += a[row * K + i];\n    }\n    ${after}`],
];

export const variants: WrittenVariants<"m" | "n" | "k" | "group", never> = {
  honest: [
    {
      name: "w*scale - zero*scale",
      edits: [["(f32(code) - f32(zero)) * scale", "(f32(code) * scale - f32(zero) * scale)"]],
    },
    {
      name: "zero point out of the sum",
      edits: groupwise("dots += a[row * K + i] * f32(code);", "sum += (dots - f32(zero) * activations) * scale;"),
    },
    {
      name: "both parts of each group added to one sum, fused",
      ownSkeleton: true,
      edits: groupwise(
        "dots = fma(a[row * K + i], f32(code), dots);",
        "sum = fma(dots, scale, sum);\n    sum = fma(-(f32(zero) * scale), activations, sum);",
      ),
    },
  ],
  unseen: {
    "tuned, f16: return codes - zero": "differences of codes are whole numbers, exact in f16",
  },
};
