import type { WrittenVariants } from "../../../harness/task/variant.ts";

const GELU = "0.5 * x[i] * (1.0 + erf(x[i] / sqrt(2.0)))";
const SERIES = "series * exp(-z * z)";

export const variants: WrittenVariants<"size", never> = {
  honest: [
    {
      name: "ReLU where Φ is within 1e-6 of 0 or 1",
      edits: [[GELU, `select(${GELU}, max(x[i], 0.0), abs(x[i]) > 4.9)`]],
    },
  ],
  limited: [
    { name: "x of at most 90", edits: [["y[i] = 0.5 * x[i]", "y[i] = 0.5 * min(x[i], 90.0)"]] },
    { name: "tail cut off at 4", edits: [[SERIES, `select(${SERIES}, 0.0, abs(z) > 4.0 / sqrt(2.0))`]] },
  ],
};
