import type { MeasuringProgress } from "../measure/measure-shape.ts";
import type { MeasuredShape } from "../measure/shapes.ts";
import type { Contestant } from "../measure/workbench.ts";
import type { SourceFile } from "../plan/source-files.ts";
import type { PlanCounts } from "../results/access-counts.ts";
import type { Refusal } from "../results/case-result.ts";
import type { ClockName, Measured, Roofline, ShapeMeasurement } from "../results/measurement.ts";
import type { PlanProfile } from "../results/plan-profile.ts";
import type { JudgingLimits } from "../task/limits.ts";

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

/** A request to measure one kernel against another. */
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

/** A step of measuring: `contestant` is to blame if it does not end. */
export interface MeasureStep {
  readonly about: string;
  readonly contestant: Contestant | undefined;
  readonly shape?: string;
  readonly progress?: MeasuringProgress;
}

/** The messages about a job; the last is `measured` or `refused`. */
export type MeasureNews =
  /** The next step, and its time limit. */
  | { readonly type: "step"; readonly step: MeasureStep; readonly limitMs: number }
  | { readonly type: "roofline"; readonly roofline: Roofline }
  | { readonly type: "measured-shape"; readonly measurement: ShapeMeasurement }
  | { readonly type: "profiled-shape"; readonly profile: PlanProfile }
  | { readonly type: "counted-plan"; readonly counts: PlanCounts }
  | { readonly type: "measured"; readonly measurement: Measured }
  /** A kernel cannot be measured, for this reason. */
  | { readonly type: "refused"; readonly contestant: Contestant; readonly refusal: Refusal };
