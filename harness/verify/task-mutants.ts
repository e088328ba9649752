import { rmSync } from "node:fs";
import { Random } from "../../reference/random.ts";
import type { AdapterChoice } from "../adapter/adapter.ts";
import { loadTask } from "../catalog/load.ts";
import { makeTemporaryFolder } from "../files/temporary-folder.ts";
import { builtInKernelIds } from "./kernels.ts";
import type { MutantJob } from "./mutant-job.ts";
import type { MutantRecord } from "./mutant-record.ts";
import { judgeMutants, mutateKernels, recordOf } from "./mutation-run.ts";

export interface MutantSetting {
  readonly adapter: AdapterChoice;
  readonly task: string;
  readonly seed: string;
  readonly lanes: number;
  /** How many mutants to judge, chosen by the seed; all without it. */
  readonly sample: number | undefined;
}

/** Judges mutants of a task's kernels. The others are in the result as well, without a verdict. */
export async function judgeTaskMutants(
  { adapter, task, seed, lanes, sample }: MutantSetting,
  onProgress: (text: string) => void,
): Promise<MutantRecord[]> {
  const referenceFolder = makeTemporaryFolder();
  try {
    const run = { adapter, referenceFolder, seed, lanes };
    const wanted = builtInKernelIds(await loadTask(task)).map((kernel) => ({ task, kernel }));
    const kernels = await mutateKernels(wanted, run);
    const jobs = kernels.flatMap((kernel) => kernel.jobs);
    const chosen = new Set(sample === undefined ? jobs : new Random(seed, "mutants").shuffled(jobs).slice(0, sample));
    let done = 0;
    const isWanted = (job: MutantJob) => chosen.has(job);
    const judged = await judgeMutants(kernels, isWanted, run, () => onProgress(`mutant ${++done} of ${chosen.size}`));
    return [...judged, ...jobs.filter((job) => !chosen.has(job)).map(recordOf)];
  } finally {
    rmSync(referenceFolder, { recursive: true, force: true });
  }
}
