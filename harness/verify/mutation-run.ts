import type { AdapterChoice } from "../adapter/adapter.ts";
import { mutantsOf } from "../mutation/mutants.ts";
import type { CaseResult } from "../results/case-result.ts";
import type { Verdict } from "../results/verdict.ts";
import { describeCase } from "../task/case.ts";
import { locator, readEquivalents } from "./equivalents.ts";
import type { KernelId } from "./kernels.ts";
import { inLanes } from "./lanes.ts";
import type { MutantJob } from "./mutant-job.ts";
import type { MutantPlace, MutantRecord } from "./mutant-record.ts";
import type { Question, RunLimit } from "./proof-protocol.ts";
import type { ProofWorker } from "./proof-worker.ts";
import { explain, type Survivor } from "./survivor-rules.ts";
import { withTwins } from "./twins.ts";

/** A kernel of a task, and the mutants of all its modules. */
export interface MutatedKernel {
  readonly task: string;
  readonly kernel: KernelId;
  readonly jobs: readonly MutantJob[];
}

/** Makes the mutants of a kernel. */
async function mutateKernel(task: string, kernel: KernelId, seed: string, worker: ProofWorker): Promise<MutatedKernel> {
  const answer = await worker.ask({ type: "list-modules", task, kernel, seed }, "modules");
  if (answer.type === "ended") throw new Error(`${task}: ${answer.message}`);
  const equivalents = readEquivalents(task);
  const jobs = answer.modules.flatMap((module, index) =>
    mutantsOf(module).map((mutant): MutantJob => {
      const moduleNumber = index + 1;
      const isListed = equivalents.has(locator(kernel, moduleNumber, mutant));
      return { task, kernel, moduleNumber, module, mutant, isListed, twins: [] };
    }),
  );
  return { task, kernel, jobs };
}

/** The proof is about verdicts, so a slow adapter gets more time. */
const UNCHANGED_LIMIT: RunLimit = { factor: 10, extraMs: 0 };
/** Many mutants hang, and a submission may take minutes on some cases: so this counts in the kernel's own times. */
const MUTANT_LIMIT = { factor: 10, extraMs: 2000 };

/**
 * Judges the unchanged kernel: if it is not accepted, neither is any mutant.
 *
 * @returns the limit of its mutants
 */
async function judgeUnchanged({ task, kernel }: MutatedKernel, seed: string, worker: ProofWorker): Promise<RunLimit> {
  // On a device of its own, where a driver that compiles in the first run does so.
  const question = { type: "judge", isTimed: true, limit: UNCHANGED_LIMIT, task, kernel, seed } as const;
  const answer = await worker.ask(question, "cases");
  if (answer.type === "ended") throw new Error(`the ${kernel.name} kernel of ${task}: ${answer.message}`);
  const rejected = answer.cases.find(isRefused);
  if (rejected === undefined) return { ...MUTANT_LIMIT, ownMs: answer.runMs };
  throw new Error(`the ${kernel.name} kernel of ${task} on ${describeCase(rejected)}: ${rejected.message}`);
}

function isRefused({ verdict }: CaseResult): boolean {
  return verdict !== "accepted" && verdict !== "unsupported";
}

/** A mutant that has not been judged. */
export function recordOf(job: MutantJob): MutantRecord {
  return { kernel: job.kernel.name, places: [job, ...job.twins].map(placeOf) };
}

function placeOf({ kernel, moduleNumber, mutant }: MutantJob): MutantPlace {
  return { locator: locator(kernel, moduleNumber, mutant), line: mutant.before, change: mutant.change };
}

/**
 * Judges one mutant until a case catches it, in each module that has the changed function; if none does, looks for the
 * reason in each.
 */
async function judgeMutant(job: MutantJob, seed: string, limit: RunLimit, worker: ProofWorker): Promise<MutantRecord> {
  const all = [job, ...job.twins];
  for (const one of all) {
    const verdict = await refusalOf(one, seed, limit, worker);
    if (verdict !== undefined) return { ...recordOf(job), verdict };
  }
  const places: MutantPlace[] = [];
  for (const one of all) {
    places.push({ ...placeOf(one), byRule: await explain(survivorOf(one, seed, limit, worker)) });
  }
  return { kernel: job.kernel.name, places, verdict: "accepted" };
}

/** The verdict of a mutant; undefined if no case catches it. */
async function refusalOf(
  { task, kernel, module, mutant, isListed }: MutantJob,
  seed: string,
  limit: RunLimit,
  worker: ProofWorker,
): Promise<Verdict | undefined> {
  const question = { type: "judge-mutant", limit, task, kernel, seed, module, replacement: mutant.code } as const;
  const answer = await judgeInTime(question, isListed, worker);
  return answer.type === "ended" ? answer.verdict : answer.cases.find(isRefused)?.verdict;
}

/** Judges a mutant. On a busy machine a survivor may be late, so one that the task lists is judged again with more time. */
export async function judgeInTime(
  question: Extract<Question, { type: "judge-mutant" }>,
  isListed: boolean,
  worker: Pick<ProofWorker, "ask">,
) {
  const answer = await worker.ask(question, "cases");
  const isLate = answer.type === "ended" && answer.verdict === "time-limit";
  return isLate && isListed ? worker.ask({ ...question, limit: UNCHANGED_LIMIT }, "cases") : answer;
}

/** A mutant that survived, with the runs that rules may ask for. */
export function survivorOf(job: MutantJob, seed: string, limit: RunLimit, worker: ProofWorker): Survivor {
  const { task, kernel, module, mutant } = job;
  const subject = { limit, task, kernel, seed, module };
  // Instrumented modules are slower.
  const probeLimit = { ...limit, factor: 10 * limit.factor, extraMs: 10 * limit.extraMs };
  return {
    module,
    mutant,
    async probe(probe) {
      const probed = await worker.ask({ type: "probe", ...subject, limit: probeLimit, probe }, "probed");
      return probed.type === "ended"
        ? { cases: [], isDifferent: false, effective: [], problem: probed.message }
        : probed;
    },
    async isAccepted(code) {
      const judged = await worker.ask({ type: "judge-mutant", ...subject, replacement: code }, "cases");
      return judged.type !== "ended" && !judged.cases.some(isRefused);
    },
    async rows() {
      const counted = await worker.ask({ type: "count-rows", ...subject }, "rows");
      if (counted.type === "ended") throw new Error(`${task}: ${counted.message}`);
      return counted;
    },
  };
}

export interface MutationSetting {
  readonly adapter: AdapterChoice;
  readonly referenceFolder: string;
  readonly seed: string;
  readonly lanes: number;
}

/** Mutates kernels. A module that several kernels of a task have is mutated in the first of them. */
export async function mutateKernels(
  kernels: readonly { readonly task: string; readonly kernel: KernelId }[],
  { seed, lanes, ...setting }: MutationSetting,
): Promise<MutatedKernel[]> {
  const mutated: MutatedKernel[] = [];
  await inLanes(kernels, lanes, setting, async ({ task, kernel }, worker) => {
    mutated.push(await mutateKernel(task, kernel, seed, worker));
  });
  const order = ({ task, kernel }: MutatedKernel) => kernels.findIndex((k) => k.task === task && k.kernel === kernel);
  const known = new Set<string>();
  return mutated
    .sort((a, b) => order(a) - order(b))
    .map((kernel) => {
      const isNew = ({ task, module }: MutantJob) => !known.has(`${task}\n${module}`);
      const jobs = kernel.jobs.filter(isNew);
      for (const { task, module } of jobs) known.add(`${task}\n${module}`);
      return { ...kernel, jobs: withTwins(jobs) };
    });
}

/** Judges mutants, those of one kernel after those of another, and each kernel first unchanged. */
export async function judgeMutants(
  kernels: readonly MutatedKernel[],
  isWanted: (job: MutantJob) => boolean,
  { seed, lanes, ...setting }: MutationSetting,
  onJudged: () => void = () => {},
): Promise<MutantRecord[]> {
  const records: MutantRecord[] = [];
  const limits = new Map<MutatedKernel, Promise<RunLimit>>();
  const jobs = kernels.flatMap((mutated) => mutated.jobs.filter(isWanted).map((job) => ({ job, mutated })));
  await inLanes(jobs, lanes, setting, async ({ job, mutated }, worker) => {
    const limit = limits.get(mutated) ?? judgeUnchanged(mutated, seed, worker);
    limits.set(mutated, limit);
    records.push(await judgeMutant(job, seed, await limit, worker));
    onJudged();
  });
  return records;
}
