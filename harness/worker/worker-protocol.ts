import type { MeasureJob, MeasureNews } from "../bench/measure-job.ts";
import type { Diagnosis, Stage } from "../judge/judge-submission.ts";
import type { ShowRequest } from "../judge/show.ts";
import type { SourceFile } from "../plan/source-files.ts";
import type { AttemptTimings } from "../results/attempt.ts";
import type { Shown } from "../results/case-numbers.ts";
import type { CaseResult } from "../results/case-result.ts";
import type { GivenCase } from "../task/given-case.ts";
import type { JudgingLimits } from "../task/limits.ts";
import type { TaskFault } from "./task-fault.ts";

/** The supervisor's request to a worker, once in its life. */
export interface JudgeJob {
  readonly type: "judge";
  readonly task: string;
  /** Generates the cases; hidden from the submission. */
  readonly seed: string;
  /** See `withGivenCase`. */
  readonly given?: GivenCase | undefined;
  /** The cases to judge. */
  readonly caseIndices: readonly number[];
  /** The submission as one script, its source map, and its source files. */
  readonly script: string;
  readonly sourceMap: string;
  readonly files: readonly SourceFile[];
  /** The folder of references, and the cases whose references are ready. */
  readonly referenceFolder: string;
  readonly readyReferences: readonly number[];
  readonly adapterKind: "hardware" | "software";
  readonly limits: JudgingLimits;
  /** See stage-limits.ts. */
  readonly compilesInFirstRun: boolean;
  readonly shows: ShowRequest | undefined;
}

/** A reference is ready, or never will be. */
export type ReferenceNews = { readonly type: "reference-ready"; readonly caseIndex: number } | ReferenceFailure;

/** `fault` if the task's author can correct it. */
interface ReferenceFailure {
  readonly type: "reference-failed";
  readonly message: string;
  readonly fault?: TaskFault | undefined;
}

/** The answer to `mistakes-wanted`: those of the mistakes whose outputs can now be read. */
export interface MistakesMade {
  readonly type: "mistakes-made";
  readonly caseIndex: number;
  readonly mistakes: readonly string[];
}

/** A submission for this task may come next: the task can be loaded ahead. */
export interface TaskHint {
  readonly type: "expect";
  readonly task: string;
}

export type ToWorker = TaskHint | JudgeJob | MeasureJob | ReferenceNews | MistakesMade;

export type FromWorker =
  | { readonly type: "ready" }
  /** `results` are of earlier cases: a separate message would take a quarter of a millisecond. */
  | { readonly type: "stage"; readonly stage: Stage; readonly results: readonly CaseResult[] }
  /** The diagnosis needs the outputs of these mistakes on a case. */
  | { readonly type: "mistakes-wanted"; readonly caseIndex: number; readonly mistakes: readonly string[] }
  /** What is known before repairs are tried, which may take long. */
  | { readonly type: "diagnosed"; readonly diagnosis: Diagnosis }
  | {
      readonly type: "done";
      readonly results: readonly CaseResult[];
      readonly diagnosis: Diagnosis | undefined;
      readonly shown?: Shown | undefined;
      readonly log: string;
      readonly timings: Omit<AttemptTimings, "bundleMs">;
    }
  | MeasureNews
  /** An internal error. */
  | { readonly type: "fault"; readonly message: string; readonly fault?: TaskFault | undefined };

interface ReferenceSubject {
  readonly task: string;
  readonly seed: string;
  readonly given?: GivenCase | undefined;
  readonly referenceFolder: string;
  readonly adapterKind: "hardware" | "software";
}

/** The supervisor's request to the process that makes references. */
export interface ReferenceJob extends ReferenceSubject {
  readonly type: "make";
  /** Cases whose references are ready. */
  readonly made: readonly number[];
}

/** Asks for the outputs of some of the task's edited mistakes on a case. */
export interface MistakesJob extends ReferenceSubject {
  readonly type: "make-mistaken";
  readonly caseIndex: number;
  readonly mistakes: readonly string[];
}

/** `pause` ends the current `ReferenceJob` after its current case, so that a diagnosis need not wait for the others. */
export type ToReferenceMaker = ReferenceJob | MistakesJob | { readonly type: "pause" };

export type FromReferenceMaker =
  | { readonly type: "ready" }
  | { readonly type: "reference-ready"; readonly task: string; readonly caseIndex: number; readonly madeMs: number }
  | { readonly type: "references-made"; readonly task: string }
  | { readonly type: "references-paused"; readonly task: string }
  | (ReferenceFailure & { readonly task: string })
  /** In the order of the job; `isMade` is false if the kernel does not compile or run. */
  | { readonly type: "mistake-tried"; readonly mistake: string; readonly isMade: boolean }
  | { readonly type: "mistakes-tried" };
