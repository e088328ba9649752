import { rmSync } from "node:fs";
import { Random } from "../../reference/random.ts";
import type { AdapterChoice } from "../adapter/adapter.ts";
import { loadTask } from "../catalog/load.ts";
import { makeTemporaryFolder } from "../files/temporary-folder.ts";
import { EQUIVALENTS_FILE, locator, readEquivalents } from "./equivalents.ts";
import { type MutantFigures, mutantFigures } from "./figures.ts";
import { builtInKernelIds } from "./kernels.ts";
import type { MutantJob } from "./mutant-job.ts";
import { judgeMutants, type MutantOutcome, mutateKernels } from "./mutation-run.ts";
import { checked, type ProofCheck } from "./task-proof.ts";

export interface MutantSetting {
  readonly adapter: AdapterChoice;
  readonly task: string;
  readonly seed: string;
  readonly lanes: number;
  /** How many mutants to judge, chosen by the seed; all without it. */
  readonly sample: number | undefined;
  /** The file of a kernel, for problems. */
  readonly file: (kernel: string) => string;
}

export interface MutantResult {
  readonly check: ProofCheck;
  readonly figures: readonly MutantFigures[];
}

/** Whether every changed kernel is refused, or a rule or the task explains why it is not. */
export async function mutantCheck(setting: MutantSetting, onProgress: (text: string) => void): Promise<MutantResult> {
  const { adapter, task, seed, lanes, sample } = setting;
  const referenceFolder = makeTemporaryFolder();
  try {
    const run = { adapter, referenceFolder, seed, lanes };
    const wanted = builtInKernelIds(await loadTask(task)).map((kernel) => ({ task, kernel }));
    const kernels = (await mutateKernels(wanted, run)).filter((mutated) => mutated.jobs.length > 0);
    const jobs = kernels.flatMap((kernel) => kernel.jobs);
    const chosen = new Set(sample === undefined ? jobs : new Random(seed, "mutants").shuffled(jobs).slice(0, sample));
    let done = 0;
    const isWanted = (job: MutantJob) => chosen.has(job);
    const outcomes = await judgeMutants(kernels, isWanted, run, () => onProgress(`mutant ${++done} of ${chosen.size}`));
    const all = new Map(kernels.map((mutated) => [mutated.kernel.name, mutated.jobs.length]));
    return { check: checkOf(outcomes, jobs, setting), figures: mutantFigures(outcomes, all) };
  } finally {
    rmSync(referenceFolder, { recursive: true, force: true });
  }
}

function checkOf(
  outcomes: readonly MutantOutcome[],
  jobs: readonly MutantJob[],
  { task, file }: MutantSetting,
): ProofCheck {
  const survivors = outcomes.filter(({ verdict }) => verdict === "accepted");
  const explained = survivors.filter(({ explanation }) => explanation !== undefined);
  const rest = survivors.filter(({ explanation }) => explanation === undefined);
  const place = ({ kernel, mutant }: MutantJob) =>
    `${file(kernel.name)}:${mutant.line}:${mutant.column}: ${mutant.change}`;
  const some = outcomes.length < jobs.length ? ` (a sample of ${jobs.length})` : "";
  const mutants = new Set(
    jobs
      .flatMap((job) => [job, ...job.twins])
      .map(({ kernel, moduleNumber, mutant }) => locator(kernel, moduleNumber, mutant)),
  );
  const unknown = [...readEquivalents(task).keys()].filter((place) => !mutants.has(place));
  return checked(
    "mutants refused, or explained",
    `${outcomes.length - survivors.length} of ${outcomes.length}${some}, ${explained.length} explained`,
    rest.map(({ job }) => `${place(job)} survives: ${locator(job.kernel, job.moduleNumber, job.mutant)}`),
    `Add a case that catches it. If it computes the same, add the text after "survives:" to ${EQUIVALENTS_FILE}, with a kind and a reason.`,
    [
      ...explained.map(({ job, explanation }) => `${place(job)}: ${explanation!.reason}`),
      ...unknown.map((place) => `no mutant is "${place}": remove it from ${EQUIVALENTS_FILE}`),
      ...outcomes
        .flatMap(({ listedInVain }) => listedInVain)
        .map((job) => `${place(job)}: remove it from ${EQUIVALENTS_FILE}`),
    ],
  );
}
