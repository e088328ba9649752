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
const TENSORS = ["x", "y"];

export const tuned = byDeviceKind<"rows" | "cols", never>({
  software: invocationPerRow(
    [softwareCode, onlineOnSoftware, declarations].join("\n"),
    { rows: "rows", columns: ["cols"] },
    TENSORS,
  ),
  hardware: lanesPerRow([ownCode, declarations, online].join("\n"), "cols", TENSORS),
});
