import type { MeasureStep } from "../bench/measure-job.ts";
import { loadTask } from "../catalog/load.ts";
import { shapesFor } from "../measure/shapes.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Refusal } from "../results/case-result.ts";
import { isInternalError } from "../results/measurement.ts";
import type { Cohort } from "../submission/read.ts";
import type { JudgingLimits } from "../task/limits.ts";
import { bundle } from "../worker/bundler.ts";
import { kernelFault, type TaskFault, taskFaultError } from "../worker/task-fault.ts";
import type { RunLog } from "./attempt-log.ts";
import type { MeasuringService } from "./measuring-service.ts";

/** The baselines and duration of measurements. */
export interface MeasuringSetting {
  /** The baseline kernel of each task; other tasks are not measured. */
  readonly against: ReadonlyMap<string, "plain" | "tuned">;
  /** For each shape. */
  readonly budgetMs: number;
}

/** The run that submissions are measured for. */
export interface MeasuringOfRun extends MeasuringSetting {
  readonly cohort: Cohort;
  readonly seed: string;
  readonly limits: JudgingLimits;
  readonly signal: AbortSignal;
  /** The number of submissions measured at the same time, each on a machine of its own; 1 by default. */
  readonly machines?: number;
}

/** Called as accepted submissions are measured. */
export interface MeasuringWatcher {
  onWait?(owner: number): void;
  onMeasuring?(attempt: Attempt, step: MeasureStep): void;
  onMeasured?(attempt: Attempt, done: number, total: number): void;
}

/**
 * Measures accepted submissions that are not measured yet, or on which Kernelmark failed in the run being resumed, one
 * at a time on each machine, and logs each attempt again with its measurement. When the signal aborts, the measurement in progress is
 * discarded: a resumed run takes it again.
 *
 * @returns all attempts, in their order
 */
export async function measureCohort(
  measurer: Pick<MeasuringService, "measure">,
  log: RunLog,
  attempts: readonly Attempt[],
  setting: MeasuringOfRun,
  watcher: MeasuringWatcher,
): Promise<Attempt[]> {
  const { against, signal, machines = 1 } = setting;
  const isWanted = ({ verdict, task, measurement }: Attempt) =>
    verdict === "accepted" && (measurement === null || isInternalError(measurement)) && against.has(task);
  const waiting = attempts.filter(isWanted);
  const total = waiting.length;
  const found = new Map<Attempt, Attempt>();
  const work = async () => {
    for (let attempt = waiting.shift(); attempt !== undefined && !signal.aborted; attempt = waiting.shift()) {
      const measured = await measureAttempt(measurer, attempt, setting, watcher);
      if (measured === undefined) continue;
      found.set(attempt, await log.add(measured));
      watcher.onMeasured?.(measured, found.size, total);
    }
  };
  await Promise.all(Array.from({ length: machines }, work));
  return attempts.map((attempt) => found.get(attempt) ?? attempt);
}

async function measureAttempt(
  measurer: Pick<MeasuringService, "measure">,
  attempt: Attempt,
  { cohort, against, budgetMs, seed, limits, signal }: MeasuringOfRun,
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
    return signal.aborted ? undefined : internalError(`Kernelmark failed while measuring: ${bundled.message}.`);
  }
  if (bundled?.ok !== true || bundled.hash !== attempt.hash) {
    return failed("The submission's files have changed since they were checked.");
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
      if (outcome.fault !== undefined) return internalError(faultText(name, outcome.fault));
      return internalError(`Kernelmark failed while measuring: ${outcome.message}.`);
    case "refused": {
      const { contestant, refusal } = outcome;
      if (contestant === "yardstick") {
        const fault = kernelFault(name, against.get(name)!, refusal);
        return internalError(fault ? faultText(name, fault) : `The built-in kernel failed: ${refusal.message}`);
      }
      return isWrong(refusal) ? { ...failed(refusal.message), ...refusal } : failed(refusal.message);
    }
  }
}

function faultText(task: string, fault: TaskFault): string {
  const { message, hint } = taskFaultError(task, fault);
  return `${message} ${hint}`;
}

/** A submission with wrong results when timed is wrong, even if its check passed. */
function isWrong({ verdict }: Refusal): boolean {
  return verdict === "wrong-answer" || verdict === "imprecise";
}
