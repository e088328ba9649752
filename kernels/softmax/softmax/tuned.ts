import { lanesPerRow } from "../../../harness/task/lanes-per-row.ts";
import code from "./tuned.wgsl";

export const tuned = lanesPerRow<"cols", never>(code, "cols", ["x", "y"]);
