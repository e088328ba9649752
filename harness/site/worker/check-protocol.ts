import type { MeasureNews } from "../../bench/measure-job.ts";
import type { Diagnosis } from "../../judge/judge-submission.ts";
import type { SourceFile } from "../../plan/source-files.ts";
import type { Attempt } from "../../results/attempt.ts";
import type { CaseNumbers } from "../../results/case-numbers.ts";
import type { CaseResult } from "../../results/case-result.ts";
import type { ClockName, Roofline } from "../../results/measurement.ts";

/** A candidate's folder for one task. The module is the task's name with `.ts`. */
interface Submitted {
  readonly task: string;
  readonly family: string;
  readonly files: readonly SourceFile[];
}

/** A page's request that a submission be checked. The answer is `done`. */
export interface CheckJob extends Submitted {
  readonly type: "check";
  /** Generates the cases. References of the last task and seed are kept. */
  readonly seed: string;
}

/** A request for the compilers' messages, without judging. The answer is `compiled`. */
export interface CompileJob extends Submitted {
  readonly type: "compile";
}

/** A request to measure a submission. The answer is `measured` or `refused`. */
export interface BenchJob extends Submitted {
  readonly type: "bench";
  /** Generates the inputs. */
  readonly seed: string;
  readonly against: "plain" | "tuned";
  /** One of the task's shapes, or sizes such as `rows=512,cols=256`; all of the task's shapes if undefined. */
  readonly shape: string | undefined;
  /** For each shape. */
  readonly budgetMs: number;
  /** Whether these files have been accepted; otherwise they are checked on a few cases first. */
  readonly isChecked: boolean;
  /** From an earlier measurement; otherwise it is measured first. */
  readonly roofline: Roofline | null;
}

/** What a worker is asked, one job after the other. It answers each, or with `fault`. */
export type PageJob = CheckJob | CompileJob | BenchJob;

/** A message of the bundler, the plan function, its check or the browser's WGSL compiler, at a place in a file. */
export interface SourceDiagnostic {
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  /** One of the job's files, or `<generated WGSL>`. */
  readonly file: string;
  /** Both from 1; the column counts UTF-16 code units. */
  readonly line: number;
  readonly column: number;
  /** Code units from there on. */
  readonly length: number;
}

/** A step that may hang. Unless another message follows within the limit, the page gives the job up. */
export interface StageNews {
  readonly type: "stage";
  readonly stage: CheckStage;
  readonly limitMs: number;
  /** The result of the step's case if it hangs; null if no part of the submission is at work. */
  readonly ifLate: CaseResult | null;
}

/** As in `judge-submission.ts`, after bundling. Until a plan is made, no kernel runs, so the worker can be ended. */
export type CheckStage = "bundle" | "plan" | "compile" | "reference" | "run" | "read-back" | "diagnose";

/** The browser's adapter, as it answers, not as its name suggests. */
export interface BrowserAdapter {
  readonly description: string;
  readonly isSoftware: boolean;
  /** The features that plans may require and this adapter has; `missing` are the others. */
  readonly features: readonly string[];
  readonly missing: readonly string[];
  /** WGSL language features that Kernelmark has in a terminal, but this browser lacks. */
  readonly missingLanguage: readonly string[];
  /** Limits below those on which tasks rely; a kernel that needs more cannot run here. */
  readonly lowLimits: readonly { readonly name: string; readonly limit: number; readonly needed: number }[];
  /** Null if the adapter has no subgroups. */
  readonly subgroupSize: { readonly least: number; readonly most: number } | null;
  /** What times kernels here, and the smallest difference it showed. */
  readonly clock: { readonly name: ClockName; readonly tickNs: number };
}

export type FromCheckWorker =
  /** Once: the worker takes jobs. */
  | { readonly type: "ready"; readonly adapter: BrowserAdapter }
  /** Once, instead of `ready`. `hasApi` if the browser has WebGPU, but gives no adapter. */
  | { readonly type: "no-webgpu"; readonly reason: string; readonly hasApi: boolean }
  | StageNews
  | { readonly type: "case"; readonly result: CaseResult; readonly caseCount: number }
  /** What is known of the cause before the candidate's kernel is changed and run again, which may hang. */
  | { readonly type: "diagnosed"; readonly diagnosis: Diagnosis }
  | { readonly type: "done"; readonly attempt: Attempt; readonly numbers: CaseNumbers | null }
  | { readonly type: "compiled"; readonly diagnostics: readonly SourceDiagnostic[] }
  | MeasureNews
  /** The browser's GPU process has ended, or its driver was reset: this worker's devices are gone. */
  | { readonly type: "lost"; readonly reason: string }
  /** An internal error. */
  | { readonly type: "fault"; readonly message: string };
