import type { Mutant } from "../mutation/mutants.ts";
import type { KernelId } from "./kernels.ts";

/** A mutant to judge. */
export interface MutantJob {
  readonly task: string;
  readonly kernel: KernelId;
  /** Number of the kernel's module, from 1. */
  readonly moduleNumber: number;
  readonly module: string;
  readonly mutant: Mutant;
  /** Whether the task lists it as one that may survive. */
  readonly isListed: boolean;
  /** The same change in other modules of the kernel that have the function. */
  readonly twins: readonly MutantJob[];
}
