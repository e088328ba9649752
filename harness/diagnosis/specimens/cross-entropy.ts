import { plain } from "../../../kernels/softmax/cross-entropy/plain.ts";
import { type Specimen, withText } from "./specimen.ts";

export const crossEntropy: readonly Specimen<"rows" | "classes", "smoothing">[] = [
  {
    name: "averaged over the batch",
    cause: "each loss is divided by the number of rows, as for a mean over the batch",
    says: [/factor|times|divided/i, /rows/],
    plan: withText(
      plain,
      "loss[row] = (1.0 - SMOOTHING) * own + SMOOTHING * mean;",
      "loss[row] = ((1.0 - SMOOTHING) * own + SMOOTHING * mean) / f32(ROWS);",
    ),
  },
  {
    name: "the first row's target",
    cause: "targets[0] is taken in every row",
    says: [/target/i],
    plan: withText(plain, "targets[row]", "targets[0]"),
  },
  {
    name: "mean over the rows",
    cause: "the sum of the logits is divided by the number of rows instead of classes, which shows with smoothing only",
    says: [/smoothing/],
    plan: withText(plain, "total / f32(CLASSES)", "total / f32(ROWS)"),
  },
  {
    name: "one lane writes",
    cause: "only the first invocation of each workgroup writes, although each has a row of its own",
    says: [/never written/i, /\b64\b/],
    plan: withText(
      plain,
      "loss[row] = (1.0 - SMOOTHING) * own + SMOOTHING * mean;",
      "if (row % 64u == 0u) { loss[row] = (1.0 - SMOOTHING) * own + SMOOTHING * mean; }",
    ),
  },
];
