import { lateStep } from "../../bench/late-step.ts";
import type { MeasureStep } from "../../bench/measure-job.ts";
import { deviceLostRefusal } from "../../judge/device-lost.ts";
import type { Diagnosis } from "../../judge/judge-submission.ts";
import { failedInternally, type Judged, judgedSubmission, refusedBundle } from "../../judge/judged-submission.ts";
import type { Contestant } from "../../measure/workbench.ts";
import { type Attempt, noTimings } from "../../results/attempt.ts";
import type { CaseNumbers } from "../../results/case-numbers.ts";
import type { CaseResult, Refusal } from "../../results/case-result.ts";
import type { Measured } from "../../results/measurement.ts";
import type { BenchJob, CheckJob, CompileJob, SourceDiagnostic, StageNews } from "../worker/check-protocol.ts";
import { siteAttempt } from "../worker/site-attempt.ts";
import { PageWorker, type Readiness, type Replacement, type Request } from "./page-worker.ts";
import { keepRoofline, knownRoofline } from "./roofline-store.ts";

export type { Readiness };

export interface Checked {
  readonly attempt: Attempt;
  readonly numbers: CaseNumbers | null;
}

/** Called with each result of a case. */
export type OnCase = (result: CaseResult, caseCount: number) => void;

/** The compilers' messages; `superseded` if a later request replaced this one. */
export type Compiled =
  | { readonly state: "compiled"; readonly diagnostics: readonly SourceDiagnostic[] }
  | { readonly state: "superseded" }
  /** An internal error. */
  | { readonly state: "failed"; readonly message: string };

export type Benched =
  /** As `kernelmark bench --json` writes it. */
  | { readonly state: "measured"; readonly measurement: Measured }
  /** One of the kernels is wrong, or cannot run. */
  | { readonly state: "refused"; readonly contestant: Contestant; readonly refusal: Refusal }
  | { readonly state: "stopped" }
  /** An internal error. */
  | { readonly state: "failed"; readonly message: string };

export interface BenchWatcher {
  /** Called if another page of this site is measuring. */
  onWait(): void;
  onStep(step: MeasureStep): void;
}

/** One measurement at a time in this browser, over all pages of the site. */
const BENCH_LOCK = "kernelmark bench";

/** The page's side of checking, compiling and measuring: holds its worker to the time limits of each step. */
export class CheckRunner {
  readonly #worker: PageWorker;
  #readiness: Readiness = { state: "starting" };
  #lastCompilation = 0;
  #checks = 0;

  /** @param patience multiplies all time limits, for busy machines */
  constructor(onReadiness: (readiness: Readiness) => void, patience = 1) {
    this.#worker = new PageWorker((readiness) => {
      this.#readiness = readiness;
      onReadiness(readiness);
    }, patience);
  }

  /** Ends the worker. Nothing may be running. */
  close(): void {
    this.#worker.close();
  }

  /**
   * Checks one submission. Never rejects: an internal error is an attempt, too.
   *
   * @returns undefined if it was stopped
   */
  check(job: CheckJob, onCase: OnCase): Promise<Checked>;
  check(job: CheckJob, onCase: OnCase, stop: AbortSignal): Promise<Checked | undefined>;
  check(job: CheckJob, onCase: OnCase, stop?: AbortSignal): Promise<Checked | undefined> {
    const check = new Check(job, onCase, this.#worker);
    const holdToLimit = (stage: StageNews, request: Request<Checked>) =>
      request.limit(stage.limitMs, () => request.answer(check.giveUp(stage)));
    return this.#worker.request<Checked>(
      () => job,
      (message, request) => {
        switch (message.type) {
          case "stage":
            check.enter(message);
            holdToLimit(message, request);
            break;
          case "diagnosed":
            holdToLimit(check.diagnose(message.diagnosis), request);
            break;
          case "case":
            check.add(message.result, message.caseCount);
            break;
          case "done":
            // After a lost device, its other devices are probably gone, too.
            if (message.attempt.verdict === "device-lost" || ++this.#checks % CHECKS_PER_WORKER === 0) {
              this.#worker.replace("end");
            }
            request.answer(message);
            break;
          case "lost":
            request.answer(check.lose(message.reason));
            break;
          case "fault":
            request.answer(check.failed(`Kernelmark failed: ${message.message}`));
            break;
        }
      },
      stop,
    );
  }

  /** Compiles a submission after what is running. Of several waiting requests, only the last is done. */
  async compile(job: CompileJob): Promise<Compiled> {
    const own = ++this.#lastCompilation;
    const compiled = await this.#worker.request<Compiled>(
      () => (own === this.#lastCompilation ? job : undefined),
      (message, request) => {
        if (message.type === "compiled") request.answer({ state: "compiled", diagnostics: message.diagnostics });
        else if (message.type === "fault") request.answer({ state: "failed", message: message.message });
        else if (message.type === "lost") request.answer({ state: "failed", message: GPU_PROCESS_ENDED });
        else if (message.type === "stage") {
          request.limit(message.limitMs, () => {
            this.#worker.replace("end");
            const what =
              { bundle: "The bundler", plan: "The plan function" }[message.stage as string] ?? "The compiler";
            const late = `${what} did not finish within ${message.limitMs / 1000} s`;
            request.answer({ state: "failed", message: late });
          });
        }
      },
    );
    return compiled ?? { state: "superseded" };
  }

  /** Measures a submission, once no other page measures. */
  async bench(job: Omit<BenchJob, "roofline">, watcher: BenchWatcher, stop: AbortSignal): Promise<Benched> {
    let isWaiting = true;
    const { held } = await navigator.locks.query();
    if (held?.some(({ name }) => name === BENCH_LOCK)) watcher.onWait();
    try {
      return await navigator.locks.request(BENCH_LOCK, { signal: stop }, () => {
        isWaiting = false;
        return this.#bench(job, watcher, stop);
      });
    } catch (error) {
      if (isWaiting && stop.aborted) return { state: "stopped" };
      throw error;
    }
  }

  async #bench(job: Omit<BenchJob, "roofline">, watcher: BenchWatcher, stop: AbortSignal): Promise<Benched> {
    const adapter = this.#readiness.state === "ready" ? this.#readiness.adapter : undefined;
    let step: MeasureStep | undefined;
    const benched = await this.#worker.request<Benched>(
      () => ({ ...job, roofline: knownRoofline(adapter) }),
      (message, request) => {
        switch (message.type) {
          case "step":
            step = message.step;
            request.limit(message.limitMs, () => {
              if (this.#worker.hasLeftKernel) {
                this.#worker.giveUp(OCCUPIED);
                request.answer({ state: "failed", message: `${OCCUPIED}. Restart the browser, and measure again.` });
                return;
              }
              this.#worker.replace(replacementAfter(message.step));
              const { kind, ...late } = lateStep(message.step, message.limitMs);
              request.answer({ state: kind === "fault" ? "failed" : kind, ...late } as Benched);
            });
            watcher.onStep(message.step);
            break;
          case "roofline":
            keepRoofline(adapter, message.roofline);
            break;
          case "measured":
            request.answer({ state: "measured", measurement: message.measurement });
            break;
          case "refused":
            request.answer({ state: "refused", contestant: message.contestant, refusal: message.refusal });
            break;
          case "lost":
            request.answer(
              step?.contestant === undefined
                ? { state: "failed", message: GPU_PROCESS_ENDED }
                : { state: "refused", contestant: step.contestant, refusal: deviceLostRefusal(message.reason) },
            );
            break;
          case "fault":
            request.answer({ state: "failed", message: message.message });
            break;
        }
      },
      stop,
    );
    return benched ?? { state: "stopped" };
  }
}

/** A worker's memory grows by about 1 MiB with each check, garbage apart. */
const CHECKS_PER_WORKER = 30;

const OCCUPIED = "An earlier kernel that hangs still occupies the GPU";
const GPU_PROCESS_ENDED = "The browser's GPU process ended";

function replacementAfter({ about }: MeasureStep): Replacement {
  return about === "planning" || about === "bundling" ? "end" : "leave";
}

/** The results of one check so far, and its end if the worker says nothing more. */
class Check {
  readonly #job: CheckJob;
  readonly #onCase: OnCase;
  readonly #worker: PageWorker;
  readonly #startedAt = new Date().toISOString();
  readonly #startMs = performance.now();
  readonly #results: CaseResult[] = [];
  #caseCount = 0;
  #stage: StageNews | undefined;
  #diagnosis: Diagnosis | undefined;

  constructor(job: CheckJob, onCase: OnCase, worker: PageWorker) {
    this.#job = job;
    this.#onCase = onCase;
    this.#worker = worker;
  }

  add(result: CaseResult, caseCount: number): void {
    this.#results.push(result);
    this.#caseCount = caseCount;
    this.#onCase(result, caseCount);
  }

  enter(stage: StageNews): void {
    this.#stage = stage;
  }

  /**
   * Keeps what is known of the cause before the candidate's kernel is changed and run again.
   *
   * @returns the stage that goes on
   */
  diagnose(diagnosis: Diagnosis): StageNews {
    this.#diagnosis = diagnosis;
    return this.#stage!;
  }

  /** The end if the GPU process ends before the worker has a verdict. */
  lose(reason: string): Checked {
    const { stage, ifLate } = this.#stage ?? {};
    if (stage === "diagnose") return this.#judged();
    if (!ifLate) return this.failed(GPU_PROCESS_ENDED);
    return this.#judged({ ...ifLate, ...deviceLostRefusal(reason) });
  }

  /** The end after a stage that did not finish in time. */
  giveUp({ stage, ifLate, limitMs }: StageNews): Checked {
    if (stage === "bundle") {
      this.#worker.replace("end");
      const message = `The module could not be bundled within ${limitMs / 1000} s. Simplify it.`;
      return this.#end(refusedBundle([{ message, file: `${this.#job.task}.ts`, line: 1, column: 1, frame: "" }]));
    }
    if (this.#worker.hasLeftKernel) {
      this.#worker.giveUp(OCCUPIED);
      return this.failed(OCCUPIED, "Restart the browser, and check again.");
    }
    this.#worker.replace(stage === "plan" ? "end" : "leave");
    // Without a part of the submission at work, only the diagnosis may be late: the results stand without it.
    if (ifLate === null && stage !== "diagnose") {
      return this.failed(`Kernelmark did not finish the stage "${stage}" in time`);
    }
    return this.#judged(ifLate);
  }

  /** @param last the result of the case at which judging ended */
  #judged(last: CaseResult | null = null): Checked {
    const cases = last === null ? this.#results : [...this.#results, last];
    return this.#end(judgedSubmission({ cases, diagnosis: this.#diagnosis, log: "", timings: noTimings }));
  }

  failed(what: string, next = "Check again; if it recurs, report it."): Checked {
    return this.#end(failedInternally(what, this.#results, next));
  }

  #end(judged: Judged): Checked {
    const { task, files } = this.#job;
    const [startedAt, startMs, caseCount] = [this.#startedAt, this.#startMs, this.#caseCount];
    const known = { task, files, hash: "", caseCount, startedAt, startMs, bundleMs: 0 };
    return { attempt: siteAttempt(judged, known), numbers: null };
  }
}
