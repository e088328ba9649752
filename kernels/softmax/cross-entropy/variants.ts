import type { WrittenVariants } from "../../../harness/task/variant.ts";

const MAXIMUM = "for (var c = 1u; c < CLASSES; c++) {\n    maximum = max(maximum, logits[start + c]);\n  }";
const MEAN = "let mean = lse - total / f32(CLASSES);";

export const variants: WrittenVariants<"rows" | "classes", "smoothing"> = {
  honest: [
    {
      name: "online",
      ownSkeleton: true,
      edits: [
        [MAXIMUM, ""],
        [
          "sum += exp(logits[start + c] - maximum);",
          "let larger = max(maximum, logits[start + c]);\n    sum = fma(sum, exp(maximum - larger), exp(logits[start + c] - larger));\n    maximum = larger;",
        ],
      ],
    },
    {
      name: "relative to the maximum",
      edits: [
        ["total += logits[start + c];", "total += maximum - logits[start + c];"],
        [MEAN, "let mean = log(sum) + total / f32(CLASSES);"],
        [
          "let own = lse - logits[start + targets[row]];",
          "let own = log(sum) + (maximum - logits[start + targets[row]]);",
        ],
      ],
    },
    {
      name: "in base 2",
      edits: [
        ["exp(logits[start + c] - maximum)", "exp2(logits[start + c] * 1.44269504 - maximum * 1.44269504)"],
        ["maximum + log(sum)", "(maximum * 1.44269504 + log2(sum)) * 0.693147181"],
      ],
    },
  ],
};
