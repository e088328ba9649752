import { join } from "node:path";
import type { AdapterChoice } from "../../harness/adapter/adapter.ts";
import { packageRoot } from "../../harness/files/package-root.ts";
import type { Verdict } from "../../harness/results/verdict.ts";
import { Child } from "../../harness/worker/child.ts";
import { StageAlarm } from "../../harness/worker/stage-alarm.ts";
import type { Answer, FromProofWorker, Question, ToProofWorker } from "./proof-protocol.ts";

/** A kernel that hung or crashed its process, which gives no answer any more. */
export interface Ended {
  readonly type: "ended";
  readonly verdict: Extract<Verdict, "time-limit" | "device-lost">;
  readonly message: string;
}

type Step = Extract<FromProofWorker, { type: "step" }>;

/** A new process is started after so many questions, since drivers keep some memory of every device. */
const MOST_QUESTIONS = 250;

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
      const alarm = new StageAlarm(child);
      let step: Step | undefined;
      const about = "kernel" in question ? `${question.task}, ${question.kernel.name}` : question.task;
      const finish = (settle: () => void) => {
        alarm.clear();
        child.listen(() => {});
        settle();
      };
      const fail = (message: string) => finish(() => reject(new Error(`${about}: ${message}`)));
      const late = ({ what, limitMs, isOnGpu }: Step) => {
        this.close();
        const message = `${what} did not finish within ${(limitMs / 1000).toFixed(1)} s`;
        if (isOnGpu) finish(() => resolve({ type: "ended", verdict: "time-limit", message }));
        else fail(message);
      };
      child.listen((message) => {
        switch (message.type) {
          case "step":
            step = message;
            alarm.set(message.limitMs, () => late(message));
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

  close(): void {
    this.#child?.kill();
    this.#child = undefined;
  }

  #running(): Child<ToProofWorker, FromProofWorker> {
    if (this.#child === undefined) {
      const script = join(packageRoot(), "dist/scripts/proofs/worker-main.js");
      this.#child = new Child(script, this.#adapter, {
        writes: this.#referenceFolder === undefined ? [] : [this.#referenceFolder],
      });
      this.#child.send({ type: "setup", referenceFolder: this.#referenceFolder });
    }
    return this.#child;
  }
}
