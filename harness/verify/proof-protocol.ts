import type { CaseResult } from "../results/case-result.ts";
import type { KernelId } from "./kernels.ts";
import type { Probe, ProbeResult } from "./probe.ts";
import type { RowsOfWorkgroups } from "./survivor-rules.ts";

/** A kernel, judged on the cases that a seed generates for a task. */
export interface Subject {
  readonly task: string;
  readonly seed: string;
  readonly kernel: KernelId;
}

/** Limit of processor time per run: a multiple of that for submissions, or of the times by case, plus a constant. */
export interface RunLimit {
  readonly factor: number;
  readonly extraMs: number;
  readonly ownMs?: Readonly<Record<number, number>>;
}

/**
 * Every case by default; the cases up to the first that refuses the kernel; those that are diagnosed; the first few; those
 * with few workgroups.
 */
export type Scope = "until-refused" | "diagnosable" | "first" | "few-workgroups";

/** A proof's question to its worker; one at a time. */
export type Question =
  /** Which kernels does the task have? */
  | { readonly type: "list-kernels"; readonly task: string }
  /** Which WGSL modules do the kernel's plans hold? */
  | ({ readonly type: "list-modules" } & Subject)
  /** What are the kernel's results on the cases? */
  | ({
      readonly type: "judge";
      readonly limit: RunLimit;
      readonly scope?: Scope;
      /** Whether it gets a device of its own, as a submission does, so that its time counts. */
      readonly isTimed?: boolean;
    } & Subject)
  /** Which case shows that the kernel is wrong with one of its modules replaced? */
  | ({
      readonly type: "judge-mutant";
      readonly limit: RunLimit;
      readonly module: string;
      readonly replacement: string;
    } & Subject)
  /** Do two versions of a module give the same outputs? */
  | ({ readonly type: "probe"; readonly limit: RunLimit; readonly module: string; readonly probe: Probe } & Subject)
  /** How many rows of workgroups do the module's passes dispatch? */
  | ({ readonly type: "count-rows"; readonly module: string } & Subject);

export type Answer =
  | { readonly type: "kernels"; readonly kernels: readonly KernelId[] }
  | { readonly type: "modules"; readonly modules: readonly string[] }
  | ({ readonly type: "probed" } & ProbeResult)
  | ({ readonly type: "rows" } & RowsOfWorkgroups)
  /** The judged cases, up to the deciding one. */
  | {
      readonly type: "cases";
      readonly cases: readonly CaseResult[];
      /** The known mistake that explains the wrong cases. */
      readonly mistake: string | undefined;
      /** The processor time of each case's run. */
      readonly runMs: Readonly<Record<number, number>>;
      /** For a question that `isTimed`. */
      readonly judgingMs: number | undefined;
    };

export type FromProofWorker =
  | { readonly type: "ready" }
  /** A step and its time limit; on the GPU, a crash or a hang is the kernel's fault. */
  | { readonly type: "step"; readonly what: string; readonly limitMs: number; readonly isOnGpu: boolean }
  | { readonly type: "answer"; readonly answer: Answer }
  /** An internal error. */
  | { readonly type: "fault"; readonly message: string };

/** Sent to a worker once, before any question. */
export interface Setup {
  readonly type: "setup";
  /** Folder that keeps the references of one seed for the next worker. */
  readonly referenceFolder: string | undefined;
}

export type ToProofWorker = Setup | Question;
