import type { Diagnosis, Stage } from "../judge/judge-submission.ts";
import type { MeasuringProgress } from "../measure/measure-shape.ts";
import type { MeasuredShape } from "../measure/shapes.ts";
import type { Contestant } from "../measure/workbench.ts";
import type { AttemptTimings } from "../results/attempt.ts";
import type { CaseResult, Refusal } from "../results/case-result.ts";
import type { ClockName, Measured, Roofline, ShapeMeasurement } from "../results/measurement.ts";
import type { SourceFile } from "../submission/source-folder.ts";
import type { JudgingLimits } from "../task/limits.ts";

/** What the supervisor asks of a worker, once in its life. */
export interface JudgeJob {
  readonly type: "judge";
  readonly task: string;
  /** Draws the cases; not told to the submission. */
  readonly seed: string;
  /** Which of them to judge. */
  readonly caseIndices: readonly number[];
  /** The submission as one script, its source map, and the files that it came from. */
  readonly script: string;
  readonly sourceMap: string;
  readonly files: readonly SourceFile[];
  /** Where references lie, and which are there already. */
  readonly referenceFolder: string;
  readonly readyReferences: readonly number[];
  readonly adapterKind: "hardware" | "software";
  readonly limits: JudgingLimits;
  /** See stage-limits.ts. */
  readonly compilesInFirstRun: boolean;
}

/** A kernel that is to be measured. */
export type MeasuredKernel =
  /** One of the task's own, which we trust. */
  | { readonly kind: "built-in"; readonly kernel: "plain" | "tuned" }
  /** See `knownWork`. */
  | { readonly kind: "known-work"; readonly repeatedShare: number }
  | {
      readonly kind: "submission";
      readonly script: string;
      readonly sourceMap: string;
      readonly files: readonly SourceFile[];
    };

/** What the supervisor asks of a worker that is to measure, once in its life. */
export interface MeasureJob {
  readonly type: "measure";
  readonly task: string;
  readonly seed: string;
  readonly candidate: MeasuredKernel;
  readonly yardstick: MeasuredKernel;
  /** What the yardstick is called in the measurement. */
  readonly against: string;
  readonly shapes: readonly MeasuredShape[];
  /** For each shape. */
  readonly budgetMs: number;
  /** `timestamps` where the adapter has them, or `wall-clock` even there. */
  readonly clock: ClockName;
  /** Measured earlier; without it, it is measured first. */
  readonly roofline: Roofline | null;
  /** Whether submissions are checked on a few cases first; those that were judged need not be. */
  readonly isChecked: boolean;
  readonly limits: JudgingLimits;
  readonly adapterKind: "hardware" | "software";
  /** See stage-limits.ts. */
  readonly compilesInFirstRun: boolean;
}

/** A reference has become ready, or never will. */
export type ReferenceNews =
  | { readonly type: "reference-ready"; readonly caseIndex: number }
  | { readonly type: "reference-failed"; readonly message: string };

/** A submission for this task may come next: what judging it needs can be loaded already. */
export interface TaskHint {
  readonly type: "expect";
  readonly task: string;
}

export type ToWorker = TaskHint | JudgeJob | MeasureJob | ReferenceNews;

export type FromWorker =
  | { readonly type: "ready" }
  /** `results` are of the cases before: a message of their own would take a quarter of a millisecond. */
  | { readonly type: "stage"; readonly stage: Stage; readonly results: readonly CaseResult[] }
  | {
      readonly type: "done";
      readonly results: readonly CaseResult[];
      readonly diagnosis: Diagnosis | undefined;
      readonly log: string;
      readonly timings: Omit<AttemptTimings, "bundleMs">;
    }
  /** What comes next while measuring, and how long it may take. */
  | { readonly type: "step"; readonly step: MeasureStep; readonly limitMs: number }
  | { readonly type: "roofline"; readonly roofline: Roofline }
  | { readonly type: "measured-shape"; readonly measurement: ShapeMeasurement }
  | { readonly type: "measured"; readonly measurement: Measured }
  /** A kernel cannot be measured, since this is what is wrong with it. */
  | { readonly type: "refused"; readonly contestant: Contestant; readonly refusal: Refusal }
  /** Something of ours broke. */
  | { readonly type: "fault"; readonly message: string };

/** A step of measuring: `contestant` is whose fault it is if it does not end. */
export interface MeasureStep {
  readonly about: string;
  readonly contestant: Contestant | undefined;
  readonly shape?: string;
  readonly progress?: MeasuringProgress;
}

/** What the supervisor asks of the process that makes references. */
export interface ReferenceJob {
  readonly type: "make";
  readonly task: string;
  readonly seed: string;
  readonly referenceFolder: string;
  readonly adapterKind: "hardware" | "software";
  /** Cases whose references are there already. */
  readonly made: readonly number[];
}

export type ToReferenceMaker = ReferenceJob;

export type FromReferenceMaker =
  | { readonly type: "ready" }
  | { readonly type: "reference-ready"; readonly task: string; readonly caseIndex: number; readonly madeMs: number }
  | { readonly type: "references-made"; readonly task: string }
  | { readonly type: "reference-failed"; readonly task: string; readonly message: string };
