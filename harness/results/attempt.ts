import type { CaseResult } from "./case-result.ts";
import type { Evidence, WrongElements } from "./evidence.ts";
import type { Finding } from "./finding.ts";
import type { Measurement } from "./measurement.ts";
import type { Verdict } from "./verdict.ts";

/** One submission for one task, judged: a line of the run's log. */
export interface Attempt {
  readonly schema: 1;
  readonly candidate: string;
  readonly task: string;
  /** The module, relative to the candidate's folder; empty where nothing was submitted. */
  readonly file: string;
  /** SHA-256 of the submission's files, in hexadecimal; empty where nothing was submitted. */
  readonly hash: string;
  /** What was read of the submission, sorted by name: the module, and what it imports. Empty where nothing was. */
  readonly files: readonly SubmittedFile[];
  readonly verdict: Verdict;
  /** One sentence for the candidate. */
  readonly message: string;
  /** What stopped the submission before any case, or the evidence of the case that `message` is about. */
  readonly evidence: Evidence | null;
  /** The known mistake that explains the wrong cases. */
  readonly mistake: NonNullable<WrongElements["mistake"]> | null;
  /** What else was found out about what is wrong, the most telling first; nothing about what is accepted. */
  readonly findings: readonly Finding[];
  /** In the order in which they ran; cases after one that ended the worker are not among them. */
  readonly cases: readonly CaseResult[];
  /** How many cases there were to run. */
  readonly caseCount: number;
  /** What the plan function logged, bounded. */
  readonly log: string;
  readonly remarks: readonly string[];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly timings: AttemptTimings;
  /** How fast it is; null where nobody measured it. */
  readonly measurement: Measurement | null;
  /** The earlier run whose judgement this is, where nothing had changed since. */
  readonly reusedFrom?: string;
}

/** A file as a candidate handed it in. */
export interface SubmittedFile {
  /** Relative to the candidate's folder, with `/` between folders. */
  readonly name: string;
  readonly text: string;
}

/** Where an attempt's time went. */
export interface AttemptTimings {
  /** Bundling, in the supervisor. */
  readonly bundleMs: number;
  /** Making plans in the sandbox, as long as no pipeline was being compiled beside it. */
  readonly planMs: number;
  /** Compiling shaders and pipelines. */
  readonly compileMs: number;
  /** Running the kernel on the cases, with upload, read-back and comparison. */
  readonly runMs: number;
  /** The part of `runMs` in which the GPU was at work. */
  readonly kernelMs: number;
  /** Reading references, and waiting for those that were still being made. */
  readonly referenceMs: number;
  /** Looking for the mistake that explains what is wrong. */
  readonly diagnoseMs: number;
}

/** Where there is nothing to tell: nothing ran, or what ran cannot say. */
export const noTimings: AttemptTimings = {
  bundleMs: 0,
  planMs: 0,
  compileMs: 0,
  runMs: 0,
  kernelMs: 0,
  referenceMs: 0,
  diagnoseMs: 0,
};
