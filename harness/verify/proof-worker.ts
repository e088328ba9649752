import { join } from "node:path";
import type { AdapterChoice } from "../adapter/adapter.ts";
import { packageRoot } from "../files/package-root.ts";
import type { Verdict } from "../results/verdict.ts";
import { type RequestOutcome, SupervisedProcess } from "../worker/supervised-process.ts";
import type { Answer, FromProofWorker, Question, ToProofWorker } from "./proof-protocol.ts";

/** A kernel that hung or crashed its process instead of answering. */
export interface Ended {
  readonly type: "ended";
  readonly verdict: Extract<Verdict, "time-limit" | "device-lost">;
  readonly message: string;
}

type Step = Extract<FromProofWorker, { type: "step" }>;

/** A new process starts after this many questions, since drivers leak some memory per device. */
const MOST_QUESTIONS = 250;
/** At a kernel that is late on a busy machine. */
const MOST_ATTEMPTS = 3;

/** Asks a worker process questions, and starts another if a kernel ended it. */
export class ProofWorker {
  readonly #adapter: AdapterChoice;
  readonly #referenceFolder: string | undefined;
  #child: SupervisedProcess<ToProofWorker, FromProofWorker> | undefined;
  #asked = 0;

  /** @param referenceFolder keeps references from one process to the next; without it, each makes its own */
  constructor(adapter: AdapterChoice, referenceFolder?: string) {
    this.#adapter = adapter;
    this.#referenceFolder = referenceFolder;
  }

  /**
   * @returns the answer, or how the kernel ended the process
   * @throws for an internal error
   */
  async ask<T extends Answer["type"]>(question: Question, expected: T): Promise<Extract<Answer, { type: T }> | Ended> {
    for (let attempt = 1; ; attempt++) {
      const { outcome, step } = await this.#request(question);
      if (outcome.kind === "answered") {
        const { answer: said } = outcome;
        if (said.type === "fault") throw new Error(`${about(question)}: ${said.message}`);
        if (said.answer.type !== expected) throw new Error(`the worker answered "${said.answer.type}"`);
        return said.answer as Extract<Answer, { type: T }>;
      }
      this.close();
      // Mutants may hang, so that a second attempt at them would be dear.
      const isForMutants = question.type === "judge-mutant" || question.type === "probe";
      const mayBeInTime = outcome.kind === "late" && outcome.wasDisturbed && !isForMutants;
      if (!mayBeInTime || attempt === MOST_ATTEMPTS) return endedBy(outcome, step, question);
    }
  }

  async #request(question: Question): Promise<{
    readonly outcome: RequestOutcome<Exclude<FromProofWorker, Step | { type: "ready" }>>;
    readonly step: Step | undefined;
  }> {
    if (++this.#asked % MOST_QUESTIONS === 0) this.close();
    const child = this.#running();
    let step: Step | undefined;
    const outcome = await child.request<Exclude<FromProofWorker, Step | { type: "ready" }>>(question, {
      onMessage(message, request) {
        if (message.type === "step") {
          step = message;
          request.limit(message.limitMs);
        } else if (message.type !== "ready") request.answer(message);
      },
    });
    return { outcome, step };
  }

  close(): void {
    this.#child?.kill();
    this.#child = undefined;
  }

  #running(): SupervisedProcess<ToProofWorker, FromProofWorker> {
    if (this.#child?.hasEnded !== false) {
      const script = join(packageRoot(), "dist/harness/verify/proof-worker-main.js");
      this.#child = new SupervisedProcess(script, this.#adapter, {
        writes: this.#referenceFolder === undefined ? [] : [this.#referenceFolder],
      });
      this.#child.send({ type: "setup", referenceFolder: this.#referenceFolder });
    }
    return this.#child;
  }
}

function about(question: Question): string {
  return "kernel" in question ? `${question.task}, ${question.kernel.name}` : question.task;
}

/** @throws if the kernel is not to blame */
function endedBy(
  outcome: Exclude<RequestOutcome<never>, { kind: "answered" }>,
  step: Step | undefined,
  question: Question,
): Ended {
  if (outcome.kind === "late") {
    const message = `${step?.what} did not finish within ${(outcome.limitMs / 1000).toFixed(1)} s`;
    if (step?.isOnGpu) return { type: "ended", verdict: "time-limit", message };
    throw new Error(`${about(question)}: ${message}`);
  }
  // The other kinds need a memory limit or a signal.
  if (outcome.kind !== "died") throw new Error(`${about(question)}: it is ${outcome.kind}`);
  const { code, signal, lastWords } = outcome.exit;
  const message = `the process ended with ${signal ?? `exit code ${code}`} during ${step?.what ?? "its start"}`;
  // SIGKILL comes from outside, or from a machine out of memory.
  if (step?.isOnGpu && signal !== "SIGKILL") return { type: "ended", verdict: "device-lost", message };
  throw new Error(`${about(question)}: ${message}: ${lastWords.trim()}`);
}
