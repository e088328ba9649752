import type { AdapterChoice } from "../adapter/adapter.ts";
import type { CaseResult } from "../results/case-result.ts";
import type { Verdict } from "../results/verdict.ts";
import { describeCase } from "../task/case.ts";
import { isSamePlace, locator, readEquivalents } from "./equivalents.ts";
import type { KernelId } from "./kernels.ts";
import { inLanes } from "./lanes.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";
import type { RunLimit } from "./proof-protocol.ts";
import type { ProofWorker } from "./proof-worker.ts";
import { type Explanation, ruleFor } from "./survivor-rules.ts";

/** A kernel of a task, and the mutants of all its modules. */
export interface MutatedKernel {
  readonly task: string;
  readonly kernel: KernelId;
  readonly jobs: readonly MutantJob[];
}

export interface MutantJob {
  readonly task: string;
  readonly kernel: KernelId;
  /** Number of the kernel's module, from 1. */
  readonly moduleNumber: number;
  readonly module: string;
  readonly mutant: Mutant;
  /** The recorded reason why it may survive. */
  readonly known: Explanation | undefined;
}

/** The outcome of a mutant: it survived if it was accepted. */
export interface MutantOutcome {
  readonly job: MutantJob;
  readonly verdict: Verdict;
  /** The case that caught it, or how it ended its process. */
  readonly by: string;
  /** For a survivor: whether its errors equal the kernel's on every case; `undefined` if not compared. */
  readonly changesNothing: boolean | undefined;
}

/** Makes the mutants of a kernel. */
async function mutateKernel(task: string, kernel: KernelId, seed: string, worker: ProofWorker): Promise<MutatedKernel> {
  const answer = await worker.ask({ type: "list-modules", task, kernel, seed }, "modules");
  if (answer.type === "ended") throw new Error(`${task}: ${answer.message}`);
  const equivalents = readEquivalents(task) ?? [];
  const jobs = answer.modules.flatMap((module, index) =>
    mutantsOf(module).map((mutant): MutantJob => {
      const moduleNumber = index + 1;
      const place = locator(kernel, moduleNumber, mutant);
      const known = equivalents.find((one) => isSamePlace(one, place)) ?? ruleFor(mutant);
      return { task, kernel, moduleNumber, module, mutant, known };
    }),
  );
  return { task, kernel, jobs };
}

/** Results of the unchanged kernel. */
interface Unchanged {
  /** The largest error on each case, as a share of its bound. */
  readonly shares: ReadonlyMap<number, number>;
  readonly longestRunMs: number;
}

/** If the kernel itself was not judged: a driver may compile in the first run. */
const USUAL_RUN_MS = 500;
/** The proof is about verdicts, so a slow adapter gets more time. */
const UNCHANGED_LIMIT: RunLimit = { factor: 10, extraMs: 0 };

/** Judges the unchanged kernel: if it is not accepted, neither is any mutant. */
async function judgeUnchanged({ task, kernel }: MutatedKernel, seed: string, worker: ProofWorker): Promise<Unchanged> {
  const answer = await worker.ask({ type: "judge", limit: UNCHANGED_LIMIT, task, kernel, seed }, "cases");
  if (answer.type === "ended") throw new Error(`the ${kernel.name} kernel of ${task}: ${answer.message}`);
  const rejected = answer.cases.find(({ verdict }) => verdict !== "accepted" && verdict !== "unsupported");
  if (rejected === undefined) return { shares: sharesOf(answer.cases), longestRunMs: answer.longestRunMs };
  throw new Error(`the ${kernel.name} kernel of ${task} on ${describeCase(rejected)}: ${rejected.message}`);
}

/** Judges one mutant until a case catches it. */
async function judgeMutant(
  job: MutantJob,
  seed: string,
  unchanged: Unchanged | undefined,
  worker: ProofWorker,
): Promise<MutantOutcome> {
  const { task, kernel, module, mutant } = job;
  // Many mutants hang, so each gets less time than a submission, but more than the kernel itself takes.
  const limit = { factor: 1 / 4, extraMs: 3 * (unchanged?.longestRunMs ?? USUAL_RUN_MS) };
  const question = { type: "judge-mutant", limit, task, kernel, seed, module, replacement: mutant.code } as const;
  const answer = await worker.ask(question, "cases");
  if (answer.type === "ended") return { job, verdict: answer.verdict, by: answer.message, changesNothing: undefined };
  const caught = answer.cases.find(({ verdict }) => verdict !== "accepted" && verdict !== "unsupported");
  if (caught !== undefined) {
    const by = `${describeCase(caught)}: ${caught.message}`;
    return { job, verdict: caught.verdict, by, changesNothing: undefined };
  }
  const changesNothing =
    unchanged && [...sharesOf(answer.cases)].every(([index, share]) => unchanged.shares.get(index) === share);
  return { job, verdict: "accepted", by: "", changesNothing };
}

function sharesOf(cases: readonly CaseResult[]): Map<number, number> {
  return new Map(cases.map(({ index, largestShare }) => [index, largestShare ?? 0]));
}

export interface MutationSetting {
  readonly adapter: AdapterChoice;
  readonly referenceFolder: string;
  readonly seed: string;
  readonly lanes: number;
}

/** Mutates kernels. */
export async function mutateKernels(
  kernels: readonly { readonly task: string; readonly kernel: KernelId }[],
  { seed, lanes, ...setting }: MutationSetting,
): Promise<MutatedKernel[]> {
  const mutated: MutatedKernel[] = [];
  await inLanes(kernels, lanes, setting, async ({ task, kernel }, worker) => {
    mutated.push(await mutateKernel(task, kernel, seed, worker));
  });
  const order = ({ task, kernel }: MutatedKernel) => kernels.findIndex((k) => k.task === task && k.kernel === kernel);
  return mutated.sort((a, b) => order(a) - order(b));
}

/**
 * Judges mutants, those of one kernel after those of another.
 *
 * @param isChecked whether each kernel is first judged unchanged
 */
export async function judgeMutants(
  kernels: readonly MutatedKernel[],
  { isWanted, isChecked }: { readonly isWanted: (job: MutantJob) => boolean; readonly isChecked: boolean },
  { seed, lanes, ...setting }: MutationSetting,
  onOutcome: (outcome: MutantOutcome) => void = () => {},
): Promise<MutantOutcome[]> {
  const outcomes: MutantOutcome[] = [];
  const unchanged = new Map<MutatedKernel, Promise<Unchanged>>();
  const jobs = kernels.flatMap((mutated) => mutated.jobs.filter(isWanted).map((job) => ({ job, mutated })));
  await inLanes(jobs, lanes, setting, async ({ job, mutated }, worker) => {
    if (isChecked && !unchanged.has(mutated)) unchanged.set(mutated, judgeUnchanged(mutated, seed, worker));
    const outcome = await judgeMutant(job, seed, await unchanged.get(mutated), worker);
    outcomes.push(outcome);
    onOutcome(outcome);
  });
  return outcomes;
}
