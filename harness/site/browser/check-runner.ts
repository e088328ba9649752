import { failedInternally, judgedSubmission } from "../../judge/judged-submission.ts";
import { type Attempt, noTimings } from "../../results/attempt.ts";
import type { CaseNumbers } from "../../results/case-numbers.ts";
import type { CaseResult } from "../../results/case-result.ts";
import type { BrowserAdapter, CheckJob, FromCheckWorker, StageNews } from "../worker/check-protocol.ts";

/** The state of the page's worker. */
export type Readiness =
  | { readonly state: "starting" }
  | { readonly state: "ready"; readonly adapter: BrowserAdapter }
  | { readonly state: "no-webgpu"; readonly reason: string };

export interface Checked {
  readonly attempt: Attempt;
  readonly numbers: CaseNumbers | null;
}

/** Called with each result of a case. */
export type OnCase = (result: CaseResult, caseCount: number) => void;

/** The page's side of checking: one worker, which is replaced after a check that hangs. */
export class CheckRunner {
  readonly #onReadiness: (readiness: Readiness) => void;
  #worker: Worker | undefined;
  #listen: (message: FromCheckWorker) => void = () => {};

  constructor(onReadiness: (readiness: Readiness) => void) {
    this.#onReadiness = onReadiness;
    this.#start();
  }

  /** Ends the worker. No check may be running. */
  close(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(): void {
    this.#onReadiness({ state: "starting" });
    const worker = new Worker(new URL("./check-worker.js", document.baseURI), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<FromCheckWorker>) => {
      // A worker that was given up may still speak.
      if (worker !== this.#worker) return;
      if (data.type === "ready") this.#onReadiness({ state: "ready", adapter: data.adapter });
      else if (data.type === "no-webgpu") this.#onReadiness({ state: "no-webgpu", reason: data.reason });
      else this.#listen(data);
    };
    worker.onerror = ({ message }) => {
      if (worker === this.#worker) this.#listen({ type: "fault", message: message || "the worker did not load" });
    };
    this.#worker = worker;
  }

  /** Checks one submission. Never rejects: an internal error is an attempt, too. */
  check(job: CheckJob, onCase: OnCase): Promise<Checked> {
    const [startedAt, startMs] = [new Date().toISOString(), performance.now()];
    const results: CaseResult[] = [];
    let caseCount = 0;
    let timer: number | undefined;
    return new Promise((resolve) => {
      const end = (checked: Checked) => {
        clearTimeout(timer);
        this.#listen = () => {};
        resolve(checked);
      };
      const endEarly = (judged: ReturnType<typeof judgedSubmission>) => {
        const { timings, ...rest } = judged;
        const files = job.files.map(({ path, text }) => ({ name: path, text }));
        const attempt: Attempt = {
          ...{ schema: 1, candidate: "me", task: job.task, file: `${job.task}.ts`, hash: "", files, ...rest },
          ...{ caseCount, startedAt, durationMs: performance.now() - startMs, measurement: null },
          timings: { ...timings, bundleMs: 0 },
        };
        end({ attempt, numbers: null });
      };
      const giveUp = (news: StageNews) => {
        this.#replaceWorker(news);
        // Without a part of the submission at work, only the diagnosis may be late: the results stand without it.
        if (news.ifLate === null && news.stage !== "diagnose") {
          endEarly(failedInternally(`Kernelmark did not finish the stage "${news.stage}" in time`, results));
          return;
        }
        const cases = news.ifLate === null ? results : [...results, news.ifLate];
        endEarly(judgedSubmission({ cases, diagnosis: undefined, log: "", timings: noTimings }));
      };
      this.#listen = (message) => {
        switch (message.type) {
          case "stage":
            clearTimeout(timer);
            timer = window.setTimeout(() => giveUp(message), message.limitMs);
            break;
          case "case":
            results.push(message.result);
            caseCount = message.caseCount;
            onCase(message.result, message.caseCount);
            break;
          case "done":
            end(message);
            break;
          case "fault":
            endEarly(failedInternally(`Kernelmark failed: ${message.message}`, results));
            break;
        }
      };
      this.#worker?.postMessage(job);
    });
  }

  /**
   * A worker whose kernel hangs is left alone: ending it, like destroying its device, may block the browser's GPU process
   * and all other workers with it.
   */
  #replaceWorker({ stage }: StageNews): void {
    if (stage === "plan") this.#worker?.terminate();
    this.#start();
  }
}
