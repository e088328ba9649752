import { timeLimits } from "../../task/limits.ts";
import type { BrowserAdapter, FromCheckWorker, PageJob } from "../worker/check-protocol.ts";

/** The state of the page's worker. */
export type Readiness =
  | { readonly state: "starting" }
  | { readonly state: "ready"; readonly adapter: BrowserAdapter }
  /** The browser has no WebGPU, or no adapter for it. */
  | { readonly state: "no-webgpu"; readonly reason: string }
  /** It had WebGPU, but its GPU process ended too often: reloading the page brings it back. */
  | { readonly state: "needs-reload"; readonly reason: string }
  /** A kernel that hangs occupies the GPU: only restarting the browser ends it. */
  | { readonly state: "needs-restart"; readonly reason: string };

/** A request in progress. */
export interface Request<Answer> {
  answer(value: Answer): void;
  /** Calls a function unless another message follows in time. */
  limit(ms: number, onLate: () => void): void;
}

/** What to do with the worker after a step that was late. */
export type Replacement =
  /** No kernel runs: it can be ended. */
  | "end"
  /** A kernel may run: ending it may block the browser's GPU process, and all other workers with it. */
  | "leave";

/**
 * Software adapters share the processors with other programs. In a terminal, limits count processor time there; pages can
 * measure wall time only.
 */
const SOFTWARE_TIMES = 3;

/** The page's one worker: a request at a time, and a fresh worker after one that hangs. */
export class PageWorker {
  readonly #onReadiness: (readiness: Readiness) => void;
  readonly #patience: number;
  #worker: Worker | undefined;
  #readiness: Readiness = { state: "starting" };
  #startTimer: ReturnType<typeof setTimeout> | undefined;
  #listen: (message: FromCheckWorker) => void = () => {};
  #turn: Promise<unknown> = Promise.resolve();
  #hasWorked = false;
  #hasLeftKernel = false;

  /** @param patience multiplies all time limits */
  constructor(onReadiness: (readiness: Readiness) => void, patience: number) {
    this.#onReadiness = onReadiness;
    this.#patience = patience;
    this.#start();
  }

  /** Ends the worker. No request may be in progress. */
  close(): void {
    clearTimeout(this.#startTimer);
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  /**
   * Sends a job once all earlier ones are answered.
   *
   * @param makeJob called then, so that it can be called off by undefined
   * @param hear called with each message until there is an answer
   * @param stop ends the worker and the request
   * @returns undefined if it was called off or stopped
   */
  request<Answer>(
    makeJob: () => PageJob | undefined,
    hear: (message: FromCheckWorker, request: Request<Answer>) => void,
    stop?: AbortSignal,
  ): Promise<Answer | undefined> {
    const answer = this.#turn.then(() => {
      const job = stop?.aborted ? undefined : makeJob();
      return job === undefined ? undefined : this.#send(job, hear, stop);
    });
    this.#turn = answer;
    return answer;
  }

  #send<Answer>(
    job: PageJob,
    hear: (message: FromCheckWorker, request: Request<Answer>) => void,
    stop: AbortSignal | undefined,
  ): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const end = (value: Answer | undefined) => {
        clearTimeout(timer);
        stop?.removeEventListener("abort", onStop);
        this.#listen = () => {};
        resolve(value);
      };
      const onStop = () => {
        this.replace("end");
        end(undefined);
      };
      stop?.addEventListener("abort", onStop);
      const request: Request<Answer> = {
        answer: end,
        limit: (ms, onLate) => {
          timer = setTimeout(onLate, this.#limitMs(ms));
        },
      };
      this.#listen = (message) => {
        clearTimeout(timer);
        hear(message, request);
      };
      if (this.#isUnable) this.#listen({ type: "fault", message: "there is no WebGPU at present" });
      else this.#worker?.postMessage(job);
    });
  }

  /** Whether a kernel that hangs still occupies the GPU, so that others are late, too. */
  get hasLeftKernel(): boolean {
    return this.#hasLeftKernel;
  }

  /** Says that only restarting the browser helps. */
  giveUp(reason: string): void {
    this.#setUnable(reason, true);
  }

  /** While a kernel that hangs holds the GPU, a step gets no longer than a fresh worker's start: it may never end. */
  #limitMs(ms: number): number {
    const isSoftware = this.#readiness.state === "ready" && this.#readiness.adapter.isSoftware;
    const limitMs = ms * (isSoftware ? SOFTWARE_TIMES : 1);
    return this.#patience * (this.#hasLeftKernel ? Math.min(limitMs, timeLimits.workerStartMs) : limitMs);
  }

  get #isUnable(): boolean {
    return !["starting", "ready"].includes(this.#readiness.state);
  }

  /** Starts another worker. */
  replace(replacement: Replacement): void {
    if (replacement === "end") this.#worker?.terminate();
    else this.#hasLeftKernel = true;
    this.#start();
  }

  #start(): void {
    this.#tell({ state: "starting" });
    const worker = new Worker(new URL("./check-worker.js", document.baseURI), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<FromCheckWorker>) => {
      if (data.type === "lost") this.#hasLeftKernel = false;
      // A worker that was given up may still speak.
      if (worker !== this.#worker) return;
      if (data.type === "ready") this.#setReady(data.adapter);
      else if (data.type === "no-webgpu") this.#setUnable(data.reason, data.hasApi);
      else {
        if (data.type === "lost") this.replace("end");
        this.#listen(data);
      }
    };
    worker.onerror = ({ message }) => {
      if (worker === this.#worker) this.#listen({ type: "fault", message: message || "the worker did not load" });
    };
    this.#worker = worker;
    clearTimeout(this.#startTimer);
    const startMs = this.#patience * timeLimits.workerStartMs;
    this.#startTimer = setTimeout(() => this.#setUnable("the GPU does not answer", true), startMs);
  }

  #setReady(adapter: BrowserAdapter): void {
    clearTimeout(this.#startTimer);
    this.#hasWorked = true;
    this.#tell({ state: "ready", adapter });
  }

  #setUnable(reason: string, hasApi: boolean): void {
    clearTimeout(this.#startTimer);
    if (this.#hasLeftKernel) this.#tell({ state: "needs-restart", reason });
    else this.#tell({ state: this.#hasWorked && hasApi ? "needs-reload" : "no-webgpu", reason });
    this.#listen({ type: "fault", message: reason });
  }

  #tell(readiness: Readiness): void {
    this.#readiness = readiness;
    this.#onReadiness(readiness);
  }
}
