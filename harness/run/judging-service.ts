import type { AdapterChoice } from "../adapter/adapter.ts";
import { addedTasks } from "../catalog/added-tasks.ts";
import { loadTask } from "../catalog/load.ts";
import { isDiagnosable } from "../judge/diagnosable.ts";
import type { Diagnosis } from "../judge/judge-submission.ts";
import { failedInternally, type Judged, judgedSubmission, refusedBundle } from "../judge/judged-submission.ts";
import type { ShowRequest } from "../judge/show.ts";
import { compilesInFirstRun } from "../judge/stage-limits.ts";
import type { BundleResult } from "../plan/bundle.ts";
import { hashFiles } from "../plan/source-files.ts";
import { type Attempt, noTimings } from "../results/attempt.ts";
import type { Shown } from "../results/case-numbers.ts";
import { type CaseResult, isDiagnosed } from "../results/case-result.ts";
import { leadingCase } from "../results/verdict.ts";
import type { Submission } from "../submission/read.ts";
import { type Case, listCases } from "../task/case.ts";
import { type GivenCase, isGiven, withGivenCase } from "../task/given-case.ts";
import { defaultLimits, type JudgingLimits } from "../task/limits.ts";
import type { Task } from "../task/task.ts";
import { UserError } from "../text/user-error.ts";
import { afterTimeLimits } from "../worker/after-time-limits.ts";
import { bundle, startBundler } from "../worker/bundler.ts";
import {
  type JudgingWatcher,
  judgeInWorker,
  type Worker,
  type WorkerJob,
  type WorkerOutcome,
} from "../worker/judge-in-worker.ts";
import { ReferenceService } from "../worker/reference-service.ts";
import { SupervisedProcess } from "../worker/supervised-process.ts";
import { taskFaultError } from "../worker/task-fault.ts";
import { Turns } from "../worker/turns.ts";
import type { AttemptCache, KnownAttempt } from "./attempt-cache.ts";
import { findUnchanged } from "./unchanged.ts";

export interface JudgingServiceSetting {
  readonly adapter: AdapterChoice;
  readonly seed: string;
  /** See `withGivenCase`: judges this case alone. */
  readonly given?: GivenCase | undefined;
  /** The folder for references during the service's lifetime. */
  readonly referenceFolder: string;
  /** The scripts of the two kinds of process. */
  readonly workerScript: string;
  readonly referenceScript: string;
  /**
   * When to start the worker of the next submission: while this one is judged, after it is judged, or on demand.
   */
  readonly nextWorker?: "meanwhile" | "afterwards" | "on-demand";
  /** Whether both get their own network and file system through bubblewrap. */
  readonly isIsolated: boolean;
  /** The defaults unless an assignment changes them. */
  readonly limits?: JudgingLimits;
  /** Earlier verdicts under the same conditions; no process is started until another submission must be judged. */
  readonly reuse?: AttemptCache;
}

/** Called while a submission is judged. */
export interface JudgingProgress {
  onCase?(result: CaseResult, caseCount: number): void;
}

export interface JudgingOptions extends JudgingProgress {
  /** The cases to judge; all by default. */
  only?(one: Case): boolean;
  /** For callers that have it already. */
  readonly bundled?: BundleResult | FaultyBundle;
  /** What `onShown` is called with. */
  readonly shows?: ShowRequest | undefined;
  /** Called with numbers of a case. They give away its inputs. */
  onShown?(shown: Shown): void;
  /** Aborts to cancel judging. */
  readonly signal?: AbortSignal;
}

/** A submission on its way through workers. */
interface JudgingWork {
  readonly job: WorkerJob;
  readonly task: Task;
  readonly watcher: JudgingWatcher;
  readonly signal: AbortSignal | undefined;
}

/**
 * The number of fresh workers for a submission whose worker dies or fails: one in parallel with others, then one alone,
 * so that others' effects cannot be blamed on it.
 */
const TRIES = 2;

/** Judges submissions, each in a fresh worker, under one seed on one adapter. Measuring and marks come after it. */
export class JudgingService {
  readonly #setting: JudgingServiceSetting;
  readonly #references: ReferenceService;
  /** Started ahead, so that a submission does not wait for a process to start. */
  #spare: Worker | undefined;
  readonly #atWork = new Set<Worker>();
  /** Bundles made ahead of their submission's turn. */
  readonly #bundled = new WeakMap<Submission, Promise<BundleResult>>();
  readonly #turns = new Turns();
  /** The task that is likely to be judged next. */
  #nextTask: string | undefined;
  #isClosed = false;

  constructor(setting: JudgingServiceSetting) {
    this.#setting = setting;
    this.#references = new ReferenceService({
      script: setting.referenceScript,
      adapter: setting.adapter,
      seed: setting.seed,
      given: setting.given,
      folder: setting.referenceFolder,
      isIsolated: setting.isIsolated,
    });
    if (setting.reuse !== undefined) return;
    this.#startSpare();
    startBundler();
  }

  /** Starts preparing references, worker and bundle for a submission ahead of its turn. */
  prepare(submission: Submission): void {
    this.#references.request(submission.task);
    this.#nextTask = submission.task;
    if (this.#spare === undefined) this.#startSpare();
    else this.#spare.send({ type: "expect", task: submission.task });
    this.#bundled.set(submission, bundle(submission, this.#setting.limits));
  }

  /** The earlier attempt of a submission whose files are unchanged, as its attempt now. */
  async findUnchanged(submission: Submission): Promise<Attempt | undefined> {
    const { reuse, limits = defaultLimits } = this.#setting;
    const known = reuse && (await findUnchanged(reuse, submission, limits));
    return known && reused(known, submission);
  }

  /**
   * Waits for the references of tasks that an instructor added, so that a fault in one of them is found before any
   * submission is judged.
   *
   * @throws UserError for a fault
   */
  async requireReferences(tasks: Iterable<string>): Promise<void> {
    const added = new Set(addedTasks().map(({ name }) => name));
    for (const task of new Set(tasks)) {
      if (!added.has(task)) continue;
      await this.#references.finished(task);
      this.#throwFault(task);
    }
  }

  #throwFault(task: string): void {
    const fault = this.#references.faultOf(task);
    if (fault !== undefined) throw taskFaultError(task, fault);
    const failure = this.#setting.given && this.#references.failureOf(task);
    if (failure === undefined) return;
    throw new UserError(
      `This case cannot be judged: ${failure}.`,
      `Choose sizes and values within the ranges that \`kernelmark tasks ${task}\` shows.`,
    );
  }

  /**
   * Judges one submission. Never throws because of a submission. A second failure without a known cause is a
   * `harness-error`, which needs manual review.
   *
   * @throws the signal's reason after it has aborted
   * @throws UserError for a fault in a task that an instructor added
   */
  async judge(submission: Submission, options: JudgingOptions = {}): Promise<Attempt> {
    const startedAt = new Date();
    const startMs = performance.now();
    const { seed, given } = this.#setting;
    const task = withGivenCase(await loadTask(submission.task), given);
    const { only = given === undefined ? () => true : isGiven } = options;
    const cases = listCases(task, seed).filter(only);
    this.#references.request(submission.task);
    const bundled = options.bundled ?? (await this.#bundle(submission).catch(faultyBundle));
    const bundleMs = performance.now() - startMs;
    const known = bundled.ok && (await this.#setting.reuse?.find(submission.task, submission.file, bundled.hash));
    if (known) return reused(known, submission);
    const judged = bundled.ok
      ? await this.#judgeBundled(submission, bundled, task, cases, options)
      : "fault" in bundled
        ? judgedOf({ kind: "fault", message: bundled.fault, cases: [] }, undefined)
        : refusedBundle(bundled.problems);
    options.signal?.throwIfAborted();
    this.#throwFault(submission.task);
    const { timings, ...rest } = judged;
    return {
      schema: 1,
      candidate: submission.candidate,
      task: submission.task,
      file: submission.file,
      hash: bundled.hash,
      files: bundled.files.map(({ path, text }) => ({ name: path, text })),
      ...rest,
      caseCount: cases.length,
      startedAt: startedAt.toISOString(),
      durationMs: performance.now() - startMs,
      timings: { ...timings, bundleMs },
      measurement: null,
    };
  }

  #bundle(submission: Submission): Promise<BundleResult> {
    const ahead = this.#bundled.get(submission);
    this.#bundled.delete(submission);
    return ahead ?? bundle(submission, this.#setting.limits);
  }

  /** Ends every process and discards work in progress. */
  close(): void {
    this.#isClosed = true;
    for (const worker of this.#atWork) worker.kill();
    this.#spare?.kill();
    this.#spare = undefined;
    this.#references.close();
  }

  async #judgeBundled(
    { task: name }: Submission,
    { script, sourceMap, files }: Extract<BundleResult, { ok: true }>,
    task: Task,
    cases: readonly Case[],
    { onCase, shows, onShown, signal }: JudgingOptions,
  ): Promise<Judged> {
    const { seed, given, adapter, limits = defaultLimits, nextWorker = "meanwhile" } = this.#setting;
    const job: WorkerJob = {
      ...{ limits, task: name, seed, given, script, sourceMap, files, adapterKind: adapter.kind },
      compilesInFirstRun: compilesInFirstRun(adapter.name),
      shows,
    };
    const watcher: JudgingWatcher = {
      // Not earlier: starting a process would take a processor from the first plan, on which everything waits.
      onStage: (stage) => {
        if (nextWorker === "meanwhile" && !(stage.stage === "plan" && !stage.isCompiling)) this.#startSpare();
      },
      onCase: (result) => onCase?.(result, cases.length),
    };
    const work: JudgingWork = { job, task, watcher, signal };
    const first = await this.#judgeCases(work, cases, "besideOthers");
    const outcome = await afterTimeLimits(first, cases, {
      again: (left) => {
        const twice = { ...limits, kernelTimes: 2 * limits.kernelTimes, compileSeconds: 2 * limits.compileSeconds };
        return this.#judgeCases({ ...work, job: { ...job, limits: twice } }, left, "alone");
      },
      goOn: (left) => this.#judgeCases(work, left, "besideOthers"),
    });
    let explained = outcome;
    if (first.kind !== "done") {
      const again = casesToDiagnose(task, cases, outcome.cases);
      const silent = { onStage() {}, onCase() {} };
      if (again.length > 0) explained = await this.#judgeInWorker({ ...work, watcher: silent }, again);
    }
    const diagnosis = diagnosisOf(explained);
    if (explained.kind === "done" && explained.done.shown !== undefined) onShown?.(explained.done.shown);
    if (nextWorker !== "on-demand") this.#startSpare();
    return judgedOf(outcome, diagnosis);
  }

  /** Judges some of the cases in a fresh worker. An outcome that may not be reproducible is tried once more, alone. */
  async #judgeCases(work: JudgingWork, cases: readonly Case[], how: "besideOthers" | "alone"): Promise<WorkerOutcome> {
    const judge = () => this.#judgeInWorker(work, cases);
    const outcomes = [await this.#turns[how](judge)];
    // A fault in the task stays.
    const mayDiffer = () => isDoubtful(outcomes.at(-1)!) && this.#references.faultOf(work.job.task) === undefined;
    while (mayDiffer() && outcomes.length < TRIES) outcomes.push(await this.#turns.alone(judge));
    return decided(outcomes);
  }

  async #judgeInWorker({ job, task, watcher, signal }: JudgingWork, cases: readonly Case[]): Promise<WorkerOutcome> {
    if (this.#isClosed || signal?.aborted) return { kind: "fault", message: "it was stopped", cases: [] };
    const worker = this.#takeWorker();
    this.#atWork.add(worker);
    const outcome = await judgeInWorker(worker, job, task, cases, this.#references, watcher, signal);
    this.#atWork.delete(worker);
    return outcome;
  }

  #takeWorker(): Worker {
    // The system may have killed the spare worker for lack of memory.
    const worker = this.#spare?.hasEnded === false ? this.#spare : this.#startWorker();
    this.#spare = undefined;
    return worker;
  }

  #startSpare(): void {
    if (this.#isClosed || this.#spare?.hasEnded === false) return;
    this.#spare = this.#startWorker();
    if (this.#nextTask !== undefined) this.#spare.send({ type: "expect", task: this.#nextTask });
  }

  #startWorker(): Worker {
    const { workerScript, adapter, referenceFolder, isIsolated } = this.#setting;
    return new SupervisedProcess(workerScript, adapter, { reads: [referenceFolder], isIsolated });
  }
}

/** An earlier attempt as that of the same files now. */
export function reused({ attempt, run }: KnownAttempt, { candidate }: Submission): Attempt {
  return { ...attempt, candidate, reusedFrom: run };
}

/** The bundle result if no bundler process can be started. */
export function faultyBundle({ message }: Error) {
  return { ok: false, fault: message, files: [], hash: hashFiles([]) } as const;
}

export type FaultyBundle = ReturnType<typeof faultyBundle>;

/** Whether a fresh worker may give another outcome. */
function isDoubtful({ kind }: WorkerOutcome): boolean {
  return kind === "fault" || kind === "died";
}

/**
 * The outcome of all tries. The submission is blamed for two deaths; a single one may have another cause.
 *
 * @param outcomes all but the last are doubtful
 */
function decided(outcomes: readonly WorkerOutcome[]): WorkerOutcome {
  const last = outcomes.at(-1)!;
  return (isDoubtful(last) ? outcomes.findLast(({ kind }) => kind === "fault") : undefined) ?? last;
}

/**
 * A killed worker loses its observations of wrong cases: the leading case, and the cases that say most about it, are
 * judged again in another. None if the leading case is of another kind.
 */
function casesToDiagnose(task: Task, cases: readonly Case[], results: readonly CaseResult[]): Case[] {
  const leading = leadingCase(results);
  if (leading === undefined || !isDiagnosed(leading)) return [];
  const judged = new Set(
    results.filter((one) => one.verdict === "accepted" || isDiagnosed(one)).map(({ index }) => index),
  );
  return cases.filter(
    (one) => judged.has(one.index) && (one.index === leading.index || isDiagnosable(task, { case: one })),
  );
}

function diagnosisOf(outcome: WorkerOutcome): Diagnosis | undefined {
  return outcome.kind === "done" ? outcome.done.diagnosis : undefined;
}

function judgedOf(outcome: WorkerOutcome, diagnosis: Diagnosis | undefined): Judged {
  switch (outcome.kind) {
    case "fault":
      return failedInternally(`Kernelmark failed twice on this submission: ${outcome.message}`, outcome.cases);
    case "done": {
      const { log, timings } = outcome.done;
      return judgedSubmission({ cases: outcome.cases, diagnosis, log, timings });
    }
    default:
      return judgedSubmission({ cases: outcome.cases, diagnosis, log: "", timings: noTimings });
  }
}
