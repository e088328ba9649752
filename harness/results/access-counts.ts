import type { Finding } from "./finding.ts";

/** What the kernels of a plan do to memory on one shape, counted while they ran. */
export interface PlanCounts {
  readonly shape: string;
  /** Elements of all of the task's outputs. */
  readonly outputElements: number;
  /** Advice that follows from the counts, each with its reason. */
  readonly findings: readonly Finding[];
  /** In the order of the profile's rows. */
  readonly rows: readonly PassCounts[];
}

export type PassCounts =
  | { readonly passes: readonly number[]; readonly uncounted: string }
  | {
      readonly passes: readonly number[];
      readonly workgroups: number;
      readonly barriersPerWorkgroup: number;
      readonly buffers: readonly BufferCounts[];
      readonly strides: readonly Stride[];
    };

/** Accesses to the elements of an array. */
export interface BufferCounts {
  /** The kernel's name of it. */
  readonly name: string;
  readonly space: "storage" | "workgroup";
  /** The tensor or scratch buffer, for storage. */
  readonly bound?: string | undefined;
  /** The number of elements that a storage buffer has, in the type that the kernel declares. */
  readonly elements?: number | undefined;
  readonly reads: number;
  readonly writes: number;
}

/** A place at which neighbouring invocations access elements that are apart. */
export interface Stride {
  readonly space: "storage" | "workgroup";
  readonly name: string;
  readonly line: number;
  readonly isWrite: boolean;
  /** How often it was reached. */
  readonly accesses: number;
  /** Elements between the first two invocations. */
  readonly apart: number;
  /** Transactions for 32 invocations, and the fewest that their data needs. */
  readonly transactions: number;
  readonly least: number;
}
