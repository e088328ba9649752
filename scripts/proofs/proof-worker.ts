import { join } from "node:path";
import type { AdapterChoice } from "../../harness/gpu/adapter.ts";
import type { Verdict } from "../../harness/judge/verdict.ts";
import { packageRoot } from "../../harness/package-root.ts";
import { Child } from "../../harness/run/child.ts";
import type { Answer, FromProofWorker, Question, ToProofWorker } from "./messages.ts";

/** A kernel that hung or crashed its process, which gives no answer any more. */
export interface Ended {
  readonly type: "ended";
  readonly verdict: Extract<Verdict, "time-limit" | "device-lost">;
  readonly message: string;
}

/** A new process is started after so many questions, since drivers keep some memory of every device. */
const MOST_QUESTIONS = 250;

/**
 * Limits are of processor time, so that a machine that is busy with other things makes no kernel look hung. A process
 * that only waits is ended after so many times its limit: soon where a GPU does the work, and on a software adapter when
 * it can hardly be the machine's fault.
 */
const IDLE_FACTORS = { hardware: 2, software: 100 } as const;

/** Asks questions of a worker process, and starts another where one was ended by a kernel. */
export class ProofWorker {
  readonly #adapter: AdapterChoice;
  readonly #referenceFolder: string | undefined;
  #child: Child<ToProofWorker, FromProofWorker> | undefined;
  #asked = 0;

  /** @param referenceFolder keeps references from one process to the next; without it each makes its own */
  constructor(adapter: AdapterChoice, referenceFolder?: string) {
    this.#adapter = adapter;
    this.#referenceFolder = referenceFolder;
  }

  /**
   * @returns the answer, or how the kernel ended the process
   * @throws when something of ours breaks
   */
  async ask<T extends Answer["type"]>(question: Question, expected: T): Promise<Extract<Answer, { type: T }> | Ended> {
    if (++this.#asked % MOST_QUESTIONS === 0) this.close();
    const child = this.#running();
    const answer = await new Promise<Answer | Ended>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      let step: Extract<FromProofWorker, { type: "step" }> | undefined;
      const about = "kernel" in question ? `${question.task}, ${question.kernel.name}` : question.task;
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        child.listen(() => {});
        settle();
      };
      const fail = (message: string) => finish(() => reject(new Error(`${about}: ${message}`)));
      const late = (how: string) => {
        this.close();
        const seconds = ((how === "waited idly" ? this.#idleFactor : 1) * step!.limitMs) / 1000;
        const message = `${step!.what} ${how} for more than ${seconds.toFixed(1)} s`;
        if (step!.isOnGpu) finish(() => resolve({ type: "ended", verdict: "time-limit", message }));
        else fail(message);
      };
      child.listen((message) => {
        switch (message.type) {
          case "step":
            step = message;
            clearTimeout(timer);
            timer = setTimeout(() => late("waited idly"), this.#idleFactor * message.limitMs);
            break;
          case "alive":
            if (step !== undefined && message.cpuMs - step.cpuMs > step.limitMs) late("took the processor");
            break;
          case "answer":
            finish(() => resolve(message.answer));
            break;
          case "fault":
            fail(message.message);
            break;
        }
      });
      child.exited.then(({ code, signal, lastWords }) => {
        if (this.#child === child) this.close();
        const message = `the process ended by ${signal ?? `exit code ${code}`} in ${step?.what ?? "its start"}`;
        // SIGKILL is somebody else's doing, or that of a machine without memory.
        if (step?.isOnGpu && signal !== "SIGKILL") {
          finish(() => resolve({ type: "ended", verdict: "device-lost", message }));
        } else {
          fail(`${message}: ${lastWords.trim()}`);
        }
      });
      child.send(question);
    });
    if (answer.type !== expected && answer.type !== "ended") throw new Error(`the worker answered "${answer.type}"`);
    return answer as Extract<Answer, { type: T }> | Ended;
  }

  get #idleFactor(): number {
    return IDLE_FACTORS[this.#adapter.kind];
  }

  close(): void {
    this.#child?.kill();
    this.#child = undefined;
  }

  #running(): Child<ToProofWorker, FromProofWorker> {
    if (this.#child === undefined) {
      const script = join(packageRoot(), "dist/scripts/proofs/worker-main.js");
      this.#child = new Child(script, this.#adapter.environment);
      this.#child.send({ type: "setup", referenceFolder: this.#referenceFolder });
    }
    return this.#child;
  }
}
