import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findAdapter } from "../adapter/adapter.ts";
import { packageRoot } from "../files/package-root.ts";
import { JudgingService, type JudgingServiceSetting } from "../run/judging-service.ts";
import { defaultLimits, type JudgingLimits } from "../task/limits.ts";
import { stopBundler } from "../worker/bundler.ts";

export const JUDGING_SEED = "a seed";

export interface OpenJudging {
  readonly judging: JudgingService;
  /** Holds the references, and whatever a test writes into it. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Half a second for a kernel that never ends. `StageAlarm` counts the first 250 ms in full, even on a busy machine. */
const LIMITS: JudgingLimits = { ...defaultLimits, kernelTimes: 0.25 };

interface JudgingChanges extends Pick<JudgingServiceSetting, "nextWorker"> {
  readonly limits?: Partial<JudgingLimits>;
  /** A module that workers run in place of the real one. */
  readonly workerSource?: string;
}

/** A judging service with processes of its own, and a folder for it. */
export async function openJudging({ workerSource, limits, ...changes }: JudgingChanges = {}): Promise<OpenJudging> {
  const folder = mkdtempSync(join(tmpdir(), "kernelmark-test-"));
  const built = join(packageRoot(), "dist", "harness", "worker");
  // Workers may read this folder as well as the built code.
  const madeUpWorker = join(folder, "worker.mjs");
  if (workerSource !== undefined) writeFileSync(madeUpWorker, workerSource);
  const judging = new JudgingService({
    adapter: await findAdapter(),
    seed: JUDGING_SEED,
    referenceFolder: folder,
    workerScript: workerSource === undefined ? join(built, "worker-main.js") : madeUpWorker,
    referenceScript: join(built, "reference-main.js"),
    isIsolated: false,
    limits: { ...LIMITS, ...limits },
    ...changes,
  });
  return {
    ...{ judging, folder },
    async close() {
      judging.close();
      await stopBundler();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
