import type { CaseResult } from "../judge/case-result.ts";
import type { WrongElements } from "../judge/evidence.ts";
import type { Stage } from "../judge/judge-submission.ts";
import type { SourceFile } from "../submission/source-folder.ts";
import type { AttemptTimings } from "./attempt.ts";

/** What the supervisor asks of a worker, once in its life. */
export interface JudgeJob {
  readonly type: "judge";
  readonly task: string;
  /** Draws the cases; not told to the submission. */
  readonly seed: string;
  /** The submission as one script, its source map, and the files that it came from. */
  readonly script: string;
  readonly sourceMap: string;
  readonly files: readonly SourceFile[];
  /** Where references lie, and which are there already. */
  readonly referenceFolder: string;
  readonly readyReferences: readonly number[];
  readonly adapterKind: "hardware" | "software";
}

/** A reference has become ready, or never will. */
export type ReferenceNews =
  | { readonly type: "reference-ready"; readonly caseIndex: number }
  | { readonly type: "reference-failed"; readonly message: string };

export type ToWorker = JudgeJob | ReferenceNews;

export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "stage"; readonly stage: Stage }
  | { readonly type: "case"; readonly result: CaseResult }
  | {
      readonly type: "done";
      readonly mistake: WrongElements["mistake"];
      readonly log: string;
      readonly timings: Omit<AttemptTimings, "bundleMs">;
    }
  /** Something of ours broke. */
  | { readonly type: "fault"; readonly message: string };

/** What the supervisor asks of the process that makes references. */
export interface ReferenceJob {
  readonly type: "make";
  readonly task: string;
  readonly seed: string;
  readonly referenceFolder: string;
  readonly adapterKind: "hardware" | "software";
}

export type ToReferenceMaker = ReferenceJob;

export type FromReferenceMaker =
  | { readonly type: "ready" }
  | { readonly type: "reference-ready"; readonly task: string; readonly caseIndex: number; readonly madeMs: number }
  | { readonly type: "reference-failed"; readonly task: string; readonly message: string };
