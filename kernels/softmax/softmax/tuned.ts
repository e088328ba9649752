import { lanesPerRow } from "../../../harness/task/lanes-per-row.ts";
import { declarationsOf } from "../../../harness/task/one-pass.ts";
import plain from "./plain.wgsl";
import code from "./tuned.wgsl";

export const tuned = lanesPerRow<"cols", never>(`${code}\n${declarationsOf(plain)}`, "cols", ["x", "y"]);
