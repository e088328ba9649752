import { lanesPerRow } from "../../../harness/task/lanes-per-row.ts";
import code from "./tuned.wgsl";

export const tuned = lanesPerRow<"classes", "smoothing">(code, "classes", ["logits", "targets", "loss"]);
