import { rm } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../files/package-root.ts";
import { makeTemporaryFolder, removeAbandonedFolders } from "../files/temporary-folder.ts";
import { stopBundler } from "../worker/bundler.ts";
import { JudgingService, type JudgingServiceSetting } from "./judging-service.ts";

/** Calls `use` with a judging service, and cleans up afterwards: processes, temporary files, the bundler. */
export async function withJudging<T>(
  setting: Pick<JudgingServiceSetting, "adapter" | "seed" | "given" | "nextWorker" | "isIsolated" | "reuse" | "limits">,
  use: (judging: JudgingService) => Promise<T>,
): Promise<T> {
  removeAbandonedFolders();
  const referenceFolder = makeTemporaryFolder();
  // Processes run the built code, also those started by a test.
  const code = join(packageRoot(), "dist", "harness", "worker");
  const judging = new JudgingService({
    ...setting,
    referenceFolder,
    workerScript: join(code, "worker-main.js"),
    referenceScript: join(code, "reference-main.js"),
  });
  try {
    return await use(judging);
  } finally {
    judging.close();
    await stopBundler();
    await rm(referenceFolder, { recursive: true, force: true });
  }
}
