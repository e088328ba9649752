import type { Diagnosis, Stage } from "../judge/judge-submission.ts";
import type { ShowRequest } from "../judge/show.ts";
import type { MeasuringProgress } from "../measure/measure-shape.ts";
import type { MeasuredShape } from "../measure/shapes.ts";
import type { Contestant } from "../measure/workbench.ts";
import type { SourceFile } from "../plan/source-files.ts";
import type { PlanCounts } from "../results/access-counts.ts";
import type { AttemptTimings } from "../results/attempt.ts";
import type { Shown } from "../results/case-numbers.ts";
import type { CaseResult, Refusal } from "../results/case-result.ts";
import type { ClockName, Measured, Roofline, ShapeMeasurement } from "../results/measurement.ts";
import type { PlanProfile } from "../results/plan-profile.ts";
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

/** A kernel to measure. */
export type MeasuredKernel =
  /** One of the task's own trusted kernels. */
  | { readonly kind: "built-in"; readonly kernel: "plain" | "tuned" }
  /** See `knownWork`. */
  | { readonly kind: "known-work"; readonly repeatedShare: number }
  | {
      readonly kind: "submission";
      readonly script: string;
      readonly sourceMap: string;
      readonly files: readonly SourceFile[];
    };

/** The supervisor's request to a measuring worker, once in its life. */
export interface MeasureJob {
  readonly type: "measure";
  readonly task: string;
  readonly seed: string;
  readonly candidate: MeasuredKernel;
  readonly yardstick: MeasuredKernel;
  /** The baseline's name in the measurement. */
  readonly against: string;
  readonly shapes: readonly MeasuredShape[];
  /** For each shape. */
  readonly budgetMs: number;
  /** `timestamps` if the adapter has them, or always `wall-clock`. */
  readonly clock: ClockName;
  /** Whether the candidate's passes are timed one by one, too. */
  readonly profiles?: boolean | undefined;
  /** From an earlier measurement; otherwise it is measured first. */
  readonly roofline: Roofline | null;
  /** Whether submissions have been judged; otherwise they are checked on a few cases first. */
  readonly isChecked: boolean;
  readonly limits: JudgingLimits;
  readonly adapterKind: "hardware" | "software";
  /** See stage-limits.ts. */
  readonly compilesInFirstRun: boolean;
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
  /** The next step of measuring, and its time limit. */
  | { readonly type: "step"; readonly step: MeasureStep; readonly limitMs: number }
  | { readonly type: "roofline"; readonly roofline: Roofline }
  | { readonly type: "measured-shape"; readonly measurement: ShapeMeasurement }
  | { readonly type: "profiled-shape"; readonly profile: PlanProfile }
  | { readonly type: "counted-plan"; readonly counts: PlanCounts }
  | { readonly type: "measured"; readonly measurement: Measured }
  /** A kernel cannot be measured, for this reason. */
  | { readonly type: "refused"; readonly contestant: Contestant; readonly refusal: Refusal }
  /** An internal error. */
  | { readonly type: "fault"; readonly message: string; readonly fault?: TaskFault | undefined };

/** A step of measuring: `contestant` is to blame if it does not end. */
export interface MeasureStep {
  readonly about: string;
  readonly contestant: Contestant | undefined;
  readonly shape?: string;
  readonly progress?: MeasuringProgress;
}

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
