import type { Contestant } from "../measure/workbench.ts";
import type { Refusal } from "../results/case-result.ts";
import type { Measured, Roofline, ShapeMeasurement } from "../results/measurement.ts";
import { timeLimits } from "../task/limits.ts";
import type { ChildExit } from "./child.ts";
import type { Worker } from "./judge-in-worker.ts";
import { MemoryWatch } from "./memory-watch.ts";
import { StageAlarm } from "./stage-alarm.ts";
import { processLimitMebibytes } from "./stage-limits.ts";
import { deathOf, describeExit, unexplainedExit } from "./worker-death.ts";
import type { MeasureJob, MeasureStep } from "./worker-protocol.ts";

/** What came of having a kernel measured. */
export type MeasureOutcome =
  | { readonly kind: "measured"; readonly measurement: Measured }
  /** One of the kernels is at fault. */
  | { readonly kind: "refused"; readonly contestant: Contestant; readonly refusal: Refusal }
  /** Our own fault. */
  | { readonly kind: "fault"; readonly message: string };

/** Told what happens while a worker measures. */
export interface MeasureWatcher {
  onStep?(step: MeasureStep): void;
  onShape?(measurement: ShapeMeasurement): void;
  onRoofline?(roofline: Roofline): void;
}

/** Has a worker measure, holds every step to the limit that was announced for it, and ends the worker. */
export async function measureInWorker(
  worker: Worker,
  job: Omit<MeasureJob, "type">,
  watcher: MeasureWatcher,
  signal?: AbortSignal,
): Promise<MeasureOutcome> {
  const alarm = new StageAlarm(worker);
  let step: MeasureStep | undefined;
  let onAbort = () => {};
  let memory: MemoryWatch | undefined;
  const outcome = await new Promise<MeasureOutcome>((settle) => {
    worker.listen((message) => {
      switch (message.type) {
        case "step": {
          const { limitMs } = message;
          step = message.step;
          alarm.set(limitMs, () => settle(lateOutcome(message.step, limitMs)));
          watcher.onStep?.(message.step);
          break;
        }
        case "measured-shape":
          watcher.onShape?.(message.measurement);
          break;
        case "roofline":
          watcher.onRoofline?.(message.roofline);
          break;
        case "measured":
          settle({ kind: "measured", measurement: message.measurement });
          break;
        case "refused":
          settle({ kind: "refused", contestant: message.contestant, refusal: message.refusal });
          break;
        case "fault":
          settle({ kind: "fault", message: message.message });
          break;
      }
    });
    const mostMebibytes = processLimitMebibytes(job.limits);
    memory = new MemoryWatch(worker, mostMebibytes, () => settle(outcomeOfExcess(mostMebibytes, step)));
    worker.exited.then((exit) => settle(outcomeOfExit(exit, step)));
    onAbort = () => settle({ kind: "fault", message: "it was stopped" });
    signal?.addEventListener("abort", onAbort);
    alarm.set(timeLimits.workerStartMs, () => settle({ kind: "fault", message: "the worker process did not start" }));
    worker.send({ type: "measure", ...job });
  });
  alarm.clear();
  memory?.stop();
  signal?.removeEventListener("abort", onAbort);
  worker.listen(() => {});
  worker.kill();
  return outcome;
}

function lateOutcome({ about, contestant }: MeasureStep, limitMs: number): MeasureOutcome {
  const seconds = Math.round(limitMs / 1000);
  if (contestant === undefined) return { kind: "fault", message: `${about} took longer than ${seconds} s` };
  const message = `The kernel did not finish within ${seconds} s (${about}). Look for a loop that never ends, or for work that grows too fast with the shape.`;
  const evidence = { kind: "limit", what: "The kernel", limitMs } as const;
  return { kind: "refused", contestant, refusal: { verdict: "time-limit", message, evidence } };
}

function outcomeOfExcess(mebibytes: number, step: MeasureStep | undefined): MeasureOutcome {
  if (step?.contestant === undefined) {
    return { kind: "fault", message: `the worker process took more than ${mebibytes} MiB of memory` };
  }
  const message = `The kernel's process took more than ${mebibytes} MiB of memory (${step.about}). Use less scratch, and shorter shaders.`;
  return {
    kind: "refused",
    contestant: step.contestant,
    refusal: { verdict: "memory-limit", message, evidence: null },
  };
}

function outcomeOfExit(exit: ChildExit, step: MeasureStep | undefined): MeasureOutcome {
  const verdict = deathOf(exit);
  if (step?.contestant === undefined || verdict === undefined) return { kind: "fault", message: unexplainedExit(exit) };
  const how = `${step.about}; it ended ${describeExit(exit)}`;
  const message =
    verdict === "memory-limit"
      ? `The kernel's process ran out of memory (${how}). Use less scratch, and shorter shaders.`
      : `The kernel took the GPU's process down (${how}): it crashed the driver.`;
  return { kind: "refused", contestant: step.contestant, refusal: { verdict, message, evidence: null } };
}
