import type { CaseResult } from "../../harness/results/case-result.ts";
import type { KernelId } from "./kernels.ts";

/** Kernels are judged on the cases that a seed draws for a task. */
export interface Subject {
  readonly task: string;
  readonly seed: string;
  readonly kernel: KernelId;
}

/** How long each run may take the processor: a multiple of what submissions may, and something on top. */
export interface RunLimit {
  readonly factor: number;
  readonly extraMs: number;
}

/** What a proof asks of its worker, one question at a time. */
export type Question =
  /** Which kernels does the task have? */
  | { readonly type: "list-kernels"; readonly task: string }
  /** Which WGSL modules do the kernel's plans hold? */
  | ({ readonly type: "list-modules" } & Subject)
  /** How does the kernel do on every case? */
  | ({ readonly type: "judge"; readonly limit: RunLimit } & Subject)
  /** Which case shows that the kernel is wrong once one of its modules is replaced? */
  | ({
      readonly type: "judge-mutant";
      readonly limit: RunLimit;
      readonly module: string;
      readonly replacement: string;
    } & Subject);

export type Answer =
  | { readonly type: "kernels"; readonly kernels: readonly KernelId[] }
  | { readonly type: "modules"; readonly modules: readonly string[] }
  /** Of the cases that were judged, up to the one that settled it; and the processor time of the longest run. */
  | { readonly type: "cases"; readonly cases: readonly CaseResult[]; readonly longestRunMs: number };

export type FromProofWorker =
  | { readonly type: "ready" }
  /** What is begun may take so long; on the GPU, a crash or a hang is the kernel's doing. */
  | { readonly type: "step"; readonly what: string; readonly limitMs: number; readonly isOnGpu: boolean }
  | { readonly type: "answer"; readonly answer: Answer }
  /** Something of ours broke. */
  | { readonly type: "fault"; readonly message: string };

/** Told to a worker once, before any question. */
export interface Setup {
  readonly type: "setup";
  /** Where references are kept for the next worker: those of one seed. */
  readonly referenceFolder: string | undefined;
}

export type ToProofWorker = Setup | Question;
