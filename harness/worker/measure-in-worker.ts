import { lateStep } from "../bench/late-step.ts";
import type { MeasureJob, MeasureStep } from "../bench/measure-job.ts";
import { processLimitMebibytes } from "../judge/stage-limits.ts";
import type { Contestant } from "../measure/workbench.ts";
import type { PlanCounts } from "../results/access-counts.ts";
import type { Refusal } from "../results/case-result.ts";
import type { Measured, Roofline, ShapeMeasurement } from "../results/measurement.ts";
import type { PlanProfile } from "../results/plan-profile.ts";
import { describeEnd } from "../system/process-end.ts";
import { timeLimits } from "../task/limits.ts";
import type { ChildExit } from "./child.ts";
import type { Worker } from "./judge-in-worker.ts";
import type { TaskFault } from "./task-fault.ts";
import { deathOf, unexplainedExit } from "./worker-death.ts";

/** The outcome of measuring a kernel. */
export type MeasureOutcome =
  | { readonly kind: "measured"; readonly measurement: Measured }
  /** One of the kernels is at fault. */
  | { readonly kind: "refused"; readonly contestant: Contestant; readonly refusal: Refusal }
  /** An internal error. */
  | { readonly kind: "fault"; readonly message: string; readonly fault?: TaskFault | undefined };

/** Called while a worker measures. */
export interface MeasureWatcher {
  onStep?(step: MeasureStep): void;
  onShape?(measurement: ShapeMeasurement): void;
  onProfile?(profile: PlanProfile): void;
  onCounts?(counts: PlanCounts): void;
  onRoofline?(roofline: Roofline): void;
}

/** Measures in a worker, enforces the limit announced for every step, and ends the worker. */
export async function measureInWorker(
  worker: Worker,
  job: Omit<MeasureJob, "type">,
  watcher: MeasureWatcher,
  signal?: AbortSignal,
): Promise<MeasureOutcome> {
  let step: MeasureStep | undefined;
  const outcome = await worker.request<MeasureOutcome>(
    { type: "measure", ...job },
    {
      limitMs: timeLimits.workerStartMs,
      mostMebibytes: processLimitMebibytes(job.limits),
      signal,
      onMessage(message, request) {
        switch (message.type) {
          case "step":
            step = message.step;
            request.limit(message.limitMs);
            watcher.onStep?.(step);
            break;
          case "measured-shape":
            watcher.onShape?.(message.measurement);
            break;
          case "profiled-shape":
            watcher.onProfile?.(message.profile);
            break;
          case "counted-plan":
            watcher.onCounts?.(message.counts);
            break;
          case "roofline":
            watcher.onRoofline?.(message.roofline);
            break;
          case "measured":
            request.answer({ kind: "measured", measurement: message.measurement });
            break;
          case "refused":
            request.answer({ kind: "refused", contestant: message.contestant, refusal: message.refusal });
            break;
          case "fault":
            request.answer({ kind: "fault", message: message.message, fault: message.fault });
            break;
        }
      },
    },
  );
  worker.kill();
  switch (outcome.kind) {
    case "answered":
      return outcome.answer;
    case "late":
      return lateOutcome(step, outcome.limitMs);
    case "too large":
      return outcomeOfExcess(outcome.mebibytes, step);
    case "died":
      return outcomeOfExit(outcome.exit, step);
    case "stopped":
      return { kind: "fault", message: "it was stopped" };
  }
}

function lateOutcome(step: MeasureStep | undefined, limitMs: number): MeasureOutcome {
  if (step === undefined) return { kind: "fault", message: "the worker process did not start" };
  return lateStep(step, limitMs);
}

function outcomeOfExcess(mebibytes: number, step: MeasureStep | undefined): MeasureOutcome {
  if (step?.contestant === undefined) {
    return { kind: "fault", message: `the worker process used more than ${mebibytes} MiB of memory` };
  }
  const message = `The kernel's process used more than ${mebibytes} MiB of memory (${step.about}). Use less scratch and shorter shaders.`;
  return {
    kind: "refused",
    contestant: step.contestant,
    refusal: { verdict: "memory-limit", message, evidence: null },
  };
}

function outcomeOfExit(exit: ChildExit, step: MeasureStep | undefined): MeasureOutcome {
  const verdict = deathOf(exit);
  if (step?.contestant === undefined || verdict === undefined) return { kind: "fault", message: unexplainedExit(exit) };
  const how = `${step.about}; the process ${describeEnd(exit)}`;
  const message =
    verdict === "memory-limit"
      ? `The kernel's process ran out of memory (${how}). Use less scratch and shorter shaders.`
      : `The kernel crashed the driver (${how}).`;
  return { kind: "refused", contestant: step.contestant, refusal: { verdict, message, evidence: null } };
}
