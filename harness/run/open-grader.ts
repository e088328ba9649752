import { rm } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../files/package-root.ts";
import { makeTemporaryFolder, removeAbandonedFolders } from "../files/temporary-folder.ts";
import { stopBundler } from "../worker/bundler.ts";
import { Grader, type GraderSetting } from "./grader.ts";

/** Lends a grader to `use`, and tidies up after it: processes, temporary files, the bundler. */
export async function withGrader<T>(
  setting: Pick<GraderSetting, "adapter" | "seed" | "nextWorker" | "isIsolated" | "reuse" | "limits">,
  use: (grader: Grader) => Promise<T>,
): Promise<T> {
  removeAbandonedFolders();
  const referenceFolder = makeTemporaryFolder();
  // Processes run what was built, also those that a test starts.
  const code = join(packageRoot(), "dist", "harness", "worker");
  const grader = new Grader({
    ...setting,
    referenceFolder,
    workerScript: join(code, "worker-main.js"),
    referenceScript: join(code, "reference-main.js"),
  });
  try {
    return await use(grader);
  } finally {
    grader.close();
    await stopBundler();
    await rm(referenceFolder, { recursive: true, force: true });
  }
}
