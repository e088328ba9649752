import { type Case, outputSizes } from "../task/case.ts";
import type { Task } from "../task/task.ts";

/** Mistakes are tried on small cases only: enough to distinguish them, and fast. */
const LARGEST_ELEMENTS = 20_000;
const LARGEST_FLOPS = 3e6;

/** Whether a case is small enough for known mistakes to be tried on it. */
export function isDiagnosable(task: Task, { case: { shape, params } }: { readonly case: Case }): boolean {
  const elements = Object.values(outputSizes(task, shape)).reduce((sum, size) => sum + size, 0);
  return elements <= LARGEST_ELEMENTS && task.spec.flops(shape, params) <= LARGEST_FLOPS;
}
