import type { Case } from "../judge/case.ts";
import type { Task } from "../task/task.ts";

/**
 * How long the steps of judging a case may take, in milliseconds. They are there to end what would never end, not to
 * punish what is slow: a slow kernel loses speed points, and no others.
 */
export const timeLimits = {
  /** A fresh worker answers in a tenth of a second; a machine at its limits may need much longer. */
  workerStartMs: 20_000,
  /** The sandbox holds a plan function to its own limit; this is for an engine that does not come back. */
  planMs: 10_000,
  /** All pipelines of one plan. Drivers need some ten milliseconds, the slowest software ones a second. */
  compileMs: 20_000,
  /** Waiting for a reference, which is our own work. */
  referenceMs: 180_000,
  /** Looking for the mistake that explains wrong answers; without an answer there is simply no hint. */
  diagnoseMs: 20_000,
  /** What any case may take to run, on any adapter: hundreds of times what an honest kernel needs on tiny shapes. */
  runBaseMs: 4_000,
  /**
   * What each of the oracle's units (rows, mostly) adds to that: SwiftShader needs 0.1 ms for a workgroup with
   * barriers, on a quiet machine.
   */
  runPerUnitMs: 0.4,
  /** What each million operations adds: software adapters reach 50 Mflop/s with the slowest honest kernels. */
  runPerMegaflopMs: 100,
} as const;

/** How long a submission's kernel may take on a case, all repetitions together. */
export function runLimitMs(task: Task, { shape, params }: Pick<Case, "shape" | "params">): number {
  const units = Math.min(task.oracle.units(shape), 100_000);
  const megaflops = task.spec.flops(shape, params) / 1e6;
  return Math.round(timeLimits.runBaseMs + timeLimits.runPerUnitMs * units + timeLimits.runPerMegaflopMs * megaflops);
}
