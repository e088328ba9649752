import type { Finding } from "../diagnosis/finding.ts";
import { withLead } from "../diagnosis/lead.ts";
import type { AdapterChoice } from "../gpu/adapter.ts";
import { type Case, listCases } from "../judge/case.ts";
import { type CaseResult, withMistake } from "../judge/case-result.ts";
import type { Evidence, WrongElements } from "../judge/evidence.ts";
import { type Verdict, worstVerdict } from "../judge/verdict.ts";
import { defaultLimits, type JudgingLimits } from "../limits.ts";
import type { BundleResult } from "../submission/bundle.ts";
import type { Submission } from "../submission/read.ts";
import { hashFiles } from "../submission/source-folder.ts";
import { loadTask } from "../task/load.ts";
import type { Task } from "../task/task.ts";
import { type Attempt, type AttemptTimings, noTimings } from "./attempt.ts";
import type { AttemptCache, KnownAttempt } from "./attempt-cache.ts";
import { bundle, startBundler } from "./bundler.ts";
import { Child } from "./child.ts";
import { judgeInWorker, type Worker, type WorkerOutcome } from "./judge-in-worker.ts";
import { ReferenceService } from "./reference-service.ts";
import { firstRunMs } from "./stage-limits.ts";
import { findUnchanged } from "./unchanged.ts";

export interface GraderSetting {
  readonly adapter: AdapterChoice;
  readonly seed: string;
  /** Where references are kept while the grader lives. */
  readonly referenceFolder: string;
  /** The scripts of the two kinds of process. */
  readonly workerScript: string;
  readonly referenceScript: string;
  /**
   * When the worker of the next submission is started: while this one is judged, when this one is judged, or not before
   * it is asked for.
   */
  readonly nextWorker?: "meanwhile" | "afterwards" | "on-demand";
  /** Whether both have a network and file names of their own, by bubblewrap. */
  readonly isIsolated: boolean;
  /** The usual ones, where an assignment does not say otherwise. */
  readonly limits?: JudgingLimits;
  /** What was judged before under the same conditions; no process is started before something else has to be judged. */
  readonly reuse?: AttemptCache;
}

/** Told while a submission is judged. */
export interface GradingProgress {
  onCase?(result: CaseResult, caseCount: number): void;
}

export interface GradingOptions extends GradingProgress {
  /** Given by who has it already. */
  readonly bundled?: BundleResult;
  /** Aborts when nobody wants to know any more. */
  readonly signal?: AbortSignal;
}

/** How often a submission is given to a fresh worker when the harness fails under it. */
const TRIES = 2;

/** Judges submissions, each in a fresh worker, under one seed on one adapter. */
export class Grader {
  readonly #setting: GraderSetting;
  readonly #references: ReferenceService;
  /** Started before it is needed, so that a submission does not wait for a process to start. */
  #spare: Worker | undefined;
  readonly #atWork = new Set<Worker>();
  /** What was bundled before its submission's turn came. */
  readonly #bundled = new WeakMap<Submission, Promise<BundleResult>>();
  /** The task that is likely to be judged next. */
  #nextTask: string | undefined;
  #isClosed = false;

  constructor(setting: GraderSetting) {
    this.#setting = setting;
    this.#references = new ReferenceService({
      script: setting.referenceScript,
      adapter: setting.adapter,
      seed: setting.seed,
      folder: setting.referenceFolder,
      isIsolated: setting.isIsolated,
    });
    if (setting.reuse !== undefined) return;
    this.#startSpare();
    startBundler();
  }

  /** Begins to make what judging a submission needs, before its turn comes. */
  prepare(submission: Submission): void {
    this.#references.request(submission.task);
    this.#nextTask = submission.task;
    if (this.#spare === undefined) this.#startSpare();
    else this.#spare.send({ type: "expect", task: submission.task });
    this.#bundled.set(submission, bundle(submission, this.#setting.limits));
  }

  /** What was judged before of a submission whose files are as they were, as its attempt now. */
  async findUnchanged(submission: Submission): Promise<Attempt | undefined> {
    const { reuse, limits = defaultLimits } = this.#setting;
    const known = reuse && (await findUnchanged(reuse, submission, limits));
    return known && reused(known, submission);
  }

  /**
   * Judges one submission. Never throws for what a submission does; a fault of ours is a `harness-error`.
   *
   * @throws the signal's reason, once that has aborted
   */
  async grade(submission: Submission, options: GradingOptions = {}): Promise<Attempt> {
    const startedAt = new Date();
    const startMs = performance.now();
    const task = await loadTask(submission.task);
    const cases = listCases(task, this.#setting.seed);
    this.#references.request(submission.task);
    const bundled = options.bundled ?? (await this.#bundle(submission).catch(faultyBundle));
    const bundleMs = performance.now() - startMs;
    const known = bundled.ok && (await this.#setting.reuse?.find(submission.task, submission.file, bundled.hash));
    if (known) return reused(known, submission);
    const judged = bundled.ok
      ? await this.#judge(submission, bundled, task, cases, options)
      : "fault" in bundled
        ? judgedOf({ kind: "fault", message: bundled.fault })
        : { ...bundleFailure(bundled), log: "", mistake: null, findings: [], timings: noTimings, remarks: [] };
    options.signal?.throwIfAborted();
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

  /** Ends every process. What is being judged comes to nothing. */
  close(): void {
    this.#isClosed = true;
    for (const worker of this.#atWork) worker.kill();
    this.#spare?.kill();
    this.#spare = undefined;
    this.#references.close();
  }

  async #judge(
    { task: name }: Submission,
    { script, sourceMap, files }: Extract<BundleResult, { ok: true }>,
    task: Task,
    cases: readonly Case[],
    { onCase, signal }: GradingOptions,
  ): Promise<Judged> {
    const { seed, adapter, limits = defaultLimits, nextWorker = "meanwhile" } = this.#setting;
    const job = {
      ...{ limits, task: name, seed, script, sourceMap, files, adapterKind: adapter.kind },
      firstRunMs: firstRunMs(limits, adapter.name),
    };
    let outcome: WorkerOutcome = { kind: "fault", message: "it was stopped" };
    const isOver = () => this.#isClosed || signal?.aborted;
    for (let trial = 0; trial < TRIES && outcome.kind === "fault" && !isOver(); trial++) {
      const worker = this.#takeWorker();
      const kill = () => worker.kill();
      this.#atWork.add(worker);
      signal?.addEventListener("abort", kill);
      outcome = await judgeInWorker(worker, job, task, cases, this.#references, {
        // Not earlier: starting a process would take a processor from the first plan, for which everything waits.
        onStage: (stage) => {
          if (nextWorker === "meanwhile" && !(stage.stage === "plan" && !stage.isCompiling)) this.#startSpare();
        },
        onCase: (result) => onCase?.(result, cases.length),
      });
      signal?.removeEventListener("abort", kill);
      this.#atWork.delete(worker);
    }
    if (nextWorker !== "on-demand") this.#startSpare();
    return judgedOf(outcome);
  }

  #takeWorker(): Worker {
    // Whoever is short of memory may have ended the one that waited.
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
    return new Child(workerScript, adapter, { reads: [referenceFolder], isIsolated });
  }
}

function reused({ attempt, run }: KnownAttempt, { candidate }: Submission): Attempt {
  return { ...attempt, candidate, reusedFrom: run };
}

type Judged = Pick<
  Attempt,
  "verdict" | "message" | "evidence" | "mistake" | "findings" | "cases" | "log" | "remarks"
> & {
  readonly timings: Omit<AttemptTimings, "bundleMs">;
};

/** What stands for a bundle where there is no process to make one. */
function faultyBundle({ message }: Error) {
  return { ok: false, fault: message, files: [], hash: hashFiles([]) } as const;
}

function bundleFailure({ problems }: Extract<BundleResult, { ok: false }>): {
  verdict: Verdict;
  message: string;
  evidence: Evidence;
  cases: readonly CaseResult[];
} {
  const { message, ...place } = problems[0]!;
  return { verdict: "compile-error", message, evidence: { kind: "source", ...place }, cases: [] };
}

function judgedOf(outcome: WorkerOutcome): Judged {
  if (outcome.kind === "fault") {
    const message = `Kernelmark itself failed on this submission, twice: ${outcome.message}. This is not counted against the candidate.`;
    return {
      verdict: "harness-error",
      message,
      evidence: null,
      mistake: null,
      findings: [],
      cases: [],
      log: "",
      remarks: [],
      timings: noTimings,
    };
  }
  const { mistake, findings } = outcome.kind === "done" ? outcome.done : { mistake: undefined, findings: [] };
  const cases = mistake === undefined ? outcome.cases : outcome.cases.map((result) => withMistake(result, mistake));
  const verdict = worstVerdict(cases.map((result) => result.verdict));
  const telling = cases.find((result) => result.verdict === verdict)!;
  return {
    verdict,
    message: verdict === "accepted" ? acceptedMessage(cases) : leadMessage(telling, mistake, findings),
    evidence: verdict === "accepted" ? null : telling.evidence,
    mistake: mistake ?? null,
    findings,
    cases,
    log: outcome.kind === "done" ? outcome.done.log : "",
    remarks: [...new Set(cases.flatMap((result) => result.remarks))],
    timings: outcome.kind === "done" ? outcome.done.timings : noTimings,
  };
}

/** What was found out is about wrong elements and lost precision, and about nothing else. */
function leadMessage(
  { verdict, message }: CaseResult,
  mistake: WrongElements["mistake"],
  findings: readonly Finding[],
): string {
  return verdict === "wrong-answer" || verdict === "imprecise" ? withLead(message, mistake, findings) : message;
}

function acceptedMessage(cases: readonly CaseResult[]): string {
  const largest = Math.max(...cases.map((result) => result.largestShare ?? 0));
  return `Right on all ${cases.length} cases; the largest error is ${Math.max(1, Math.round(largest * 100))} % of what is allowed.`;
}
