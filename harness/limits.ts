import { timeLimits } from "./run/time-limits.ts";

/**
 * What judging a submission may take, as far as an assignment can change it. What bounds the sandbox and the size of a
 * submission is the same for everybody: see `submission/limits.ts`.
 */
export interface JudgingLimits {
  /** For all pipelines of one plan. */
  readonly compileSeconds: number;
  /** How many times as long as usual a kernel may take on a case: what is usual grows with the case. */
  readonly kernelTimes: number;
  /** For the buffers of a case and the scratch of its plan, together. */
  readonly gpuMebibytes: number;
}

export const defaultLimits: JudgingLimits = {
  compileSeconds: timeLimits.compileMs / 1000,
  // Limits end what would never end; a slow kernel loses speed points only.
  kernelTimes: 1,
  // The same on every adapter, so that verdicts are: the smallest GPUs that are in use have twice as much.
  gpuMebibytes: 1024,
};
