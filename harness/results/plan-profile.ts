/** Where the time of a plan goes on one shape, and what its passes do. */
export interface PlanProfile {
  /** As in the measurement. */
  readonly shape: string;
  /** Why passes were not timed: without it, every pass has the times of `runs` runs. */
  readonly untimed?: string;
  readonly runs: number;
  /** A row for each pass, or for each kernel of a plan of many passes. */
  readonly rows: readonly PassProfile[];
}

export interface PassProfile {
  /** Numbers from 1. */
  readonly passes: readonly number[];
  /** The entry point, if the plan names it. */
  readonly entryPoint?: string;
  /** The bytes of the buffers that the kernel uses, each counted once for each pass. */
  readonly bytes: number;
  /** Median times, added up; absent if the passes were too short for the GPU's clock, or not timed. */
  readonly timeNs?: number;
  /** Of the sum of all rows. */
  readonly timeShare?: number;
  /** The least time in which the adapter moves `bytes`, divided by `timeNs`; absent if the pass uses only parts of buffers. */
  readonly memoryShare?: number;
}
