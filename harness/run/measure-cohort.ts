import { loadTask } from "../catalog/load.ts";
import { shapesFor } from "../measure/shapes.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Refusal } from "../results/case-result.ts";
import { isInternalError } from "../results/measurement.ts";
import type { Cohort } from "../submission/read.ts";
import type { JudgingLimits } from "../task/limits.ts";
import { bundle } from "../worker/bundler.ts";
import type { MeasureStep } from "../worker/worker-protocol.ts";
import type { RunLog } from "./attempt-log.ts";
import type { MeasuringService } from "./measuring-service.ts";

/** What is measured, and for how long. */
export interface MeasuringSetting {
  /** The kernel that each task's submissions are compared with; other tasks are not measured. */
  readonly against: ReadonlyMap<string, "plain" | "tuned">;
  /** For each shape. */
  readonly budgetMs: number;
}

/** Told what happens while accepted submissions are measured. */
export interface MeasuringWatcher {
  onWait?(owner: number): void;
  onMeasuring?(attempt: Attempt, step: MeasureStep): void;
  onMeasured?(attempt: Attempt, done: number, total: number): void;
}

/**
 * Measures what was accepted and is not measured yet, one submission at a time, and logs each attempt anew with its
 * measurement; so is what Kernelmark failed to measure in the run that is resumed. When the signal aborts, what is being measured comes to nothing: whoever resumes the run measures it.
 *
 * @returns all attempts, in their order
 */
export async function measureCohort(
  measurer: Pick<MeasuringService, "measure">,
  log: RunLog,
  attempts: readonly Attempt[],
  setting: MeasuringSetting & {
    readonly cohort: Cohort;
    readonly seed: string;
    readonly limits: JudgingLimits;
    readonly signal: AbortSignal;
  },
  watcher: MeasuringWatcher,
): Promise<Attempt[]> {
  const { against, signal } = setting;
  const isWanted = ({ verdict, task, measurement }: Attempt) =>
    verdict === "accepted" && (measurement === null || isInternalError(measurement)) && against.has(task);
  const total = attempts.filter(isWanted).length;
  let done = 0;
  const result: Attempt[] = [];
  for (const attempt of attempts) {
    const measured =
      isWanted(attempt) && !signal.aborted ? await measureAttempt(measurer, attempt, setting, watcher) : undefined;
    result.push(measured ?? attempt);
    if (measured === undefined) continue;
    await log.add(measured);
    watcher.onMeasured?.(measured, ++done, total);
  }
  return result;
}

async function measureAttempt(
  measurer: Pick<MeasuringService, "measure">,
  attempt: Attempt,
  { cohort, against, budgetMs, seed, limits, signal }: Parameters<typeof measureCohort>[3],
  watcher: MeasuringWatcher,
): Promise<Attempt | undefined> {
  const { candidate, task: name } = attempt;
  const failed = (message: string): Attempt => ({ ...attempt, measurement: { state: "failed", message } });
  const internalError = (message: string): Attempt => ({
    ...attempt,
    measurement: { state: "failed", message, isInternalError: true },
  });
  const submission = cohort.submissions.find((one) => one.candidate === candidate && one.task === name);
  const bundled = submission && (await bundle(submission, limits).catch((error: Error) => error));
  if (bundled instanceof Error) {
    return signal.aborted ? undefined : internalError(`Kernelmark itself failed while measuring: ${bundled.message}.`);
  }
  if (bundled?.ok !== true || bundled.hash !== attempt.hash) {
    return failed("The submission's files are not those that were checked any more.");
  }
  const { script, sourceMap, files } = bundled;
  const outcome = await measurer.measure(
    {
      task: name,
      seed,
      limits,
      candidate: { kind: "submission", script, sourceMap, files },
      yardstick: { kind: "built-in", kernel: against.get(name)! },
      against: against.get(name)!,
      shapes: shapesFor(await loadTask(name), undefined),
      budgetMs,
      clock: "timestamps",
      isChecked: true,
    },
    {
      ...(watcher.onWait && { onWait: watcher.onWait }),
      onStep: (step) => watcher.onMeasuring?.(attempt, step),
    },
  );
  if (signal.aborted) return undefined;
  switch (outcome.kind) {
    case "measured":
      return { ...attempt, measurement: outcome.measurement };
    case "fault":
      return internalError(`Kernelmark itself failed while measuring: ${outcome.message}.`);
    case "refused": {
      const { contestant, refusal } = outcome;
      if (contestant === "yardstick") return internalError(`The built-in kernel failed: ${refusal.message}`);
      return isWrong(refusal) ? { ...failed(refusal.message), ...refusal } : failed(refusal.message);
    }
  }
}

/** What gives wrong results when it is timed is wrong, whatever it gave when it was checked. */
function isWrong({ verdict }: Refusal): boolean {
  return verdict === "wrong-answer" || verdict === "imprecise";
}
