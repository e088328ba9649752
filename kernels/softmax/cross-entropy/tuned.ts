import { byDeviceKind } from "../../../harness/task/by-device-kind.ts";
import { lanesPerRow } from "../../../harness/task/lanes-per-row.ts";
import { declarationsOf } from "../../../harness/task/one-pass.ts";
import { invocationPerRow } from "../../../harness/task/row-blocks.ts";
import onlineOnSoftware from "../../software/online-softmax.wgsl";
import online from "../online.wgsl";
import plain from "./plain.wgsl";
import ownCode from "./tuned.wgsl";
import softwareCode from "./tuned-software.wgsl";

const declarations = declarationsOf(plain);
const TENSORS = ["logits", "targets", "loss"];

export const tuned = byDeviceKind<"rows" | "classes", "smoothing">({
  software: invocationPerRow(
    [softwareCode, onlineOnSoftware, declarations].join("\n"),
    { rows: "rows", columns: ["classes"] },
    TENSORS,
  ),
  hardware: lanesPerRow([ownCode, declarations, online].join("\n"), "classes", TENSORS),
});
