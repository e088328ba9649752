import type { SourceFile } from "../../plan/source-files.ts";
import type { Attempt } from "../../results/attempt.ts";
import type { CaseNumbers } from "../../results/case-numbers.ts";
import type { CaseResult } from "../../results/case-result.ts";

/** A page's request to its worker: one submission to be checked. The worker answers `done` or `fault`, then takes another. */
export interface CheckJob {
  readonly type: "check";
  readonly task: string;
  readonly family: string;
  /** Generates the cases. References of the last task and seed are kept. */
  readonly seed: string;
  /** The candidate's folder. The module is the task's name with `.ts`. */
  readonly files: readonly SourceFile[];
}

/** A step that may hang. Unless another message follows within the limit, the page gives the check up. */
export interface StageNews {
  readonly type: "stage";
  readonly stage: CheckStage;
  readonly limitMs: number;
  /** The result of the step's case if it hangs; null if no part of the submission is at work. */
  readonly ifLate: CaseResult | null;
}

/** As in `judge-submission.ts`. While a plan is made, no kernel runs, so the worker can be ended. */
export type CheckStage = "plan" | "compile" | "reference" | "run" | "read-back" | "diagnose";

/** The adapter of the worker's checks. */
export interface BrowserAdapter {
  readonly description: string;
  readonly isSoftware: boolean;
}

export type FromCheckWorker =
  /** Once: the worker takes jobs. */
  | { readonly type: "ready"; readonly adapter: BrowserAdapter }
  /** Once, instead of `ready`. */
  | { readonly type: "no-webgpu"; readonly reason: string }
  | StageNews
  | { readonly type: "case"; readonly result: CaseResult; readonly caseCount: number }
  | { readonly type: "done"; readonly attempt: Attempt; readonly numbers: CaseNumbers | null }
  /** An internal error. */
  | { readonly type: "fault"; readonly message: string };
