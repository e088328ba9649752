import { lanesPerRow } from "../../../harness/task/lanes-per-row.ts";
import { declarationsOf } from "../../../harness/task/one-pass.ts";
import online from "../online.wgsl";
import plain from "./plain.wgsl";
import ownCode from "./tuned.wgsl";

const code = [ownCode, declarationsOf(plain), online].join("\n");

export const tuned = lanesPerRow<"cols", never>(code, "cols", ["x", "y"]);
