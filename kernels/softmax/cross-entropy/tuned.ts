import { lanesPerRow } from "../../../harness/task/lanes-per-row.ts";
import { declarationsOf } from "../../../harness/task/one-pass.ts";
import plain from "./plain.wgsl";
import code from "./tuned.wgsl";

export const tuned = lanesPerRow<"classes", "smoothing">(`${code}\n${declarationsOf(plain)}`, "classes", [
  "logits",
  "targets",
  "loss",
]);
