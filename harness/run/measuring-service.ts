import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { AdapterChoice } from "../adapter/adapter.ts";
import type { MeasureJob } from "../bench/measure-job.ts";
import { findThrottling } from "../diagnosis/throttling.ts";
import { aloneOnMachine } from "../files/machine-lock.ts";
import { packageRoot } from "../files/package-root.ts";
import { compilesInFirstRun } from "../judge/stage-limits.ts";
import type { Conditions } from "../results/measurement.ts";
import { sensorsOf } from "../system/sensors.ts";
import type { Worker } from "../worker/judge-in-worker.ts";
import { type MeasureOutcome, type MeasureWatcher, measureInWorker } from "../worker/measure-in-worker.ts";
import { SupervisedProcess } from "../worker/supervised-process.ts";
import { RooflineCache, thisMoment } from "./roofline-cache.ts";
import { SensorLog } from "./sensor-log.ts";

/** The caller's part of a job; the service adds the rest. */
export type MeasureRequest = Omit<MeasureJob, "type" | "roofline" | "adapterKind" | "compilesInFirstRun">;

export interface MeasuringOptions {
  /** Aborts to stop measuring. */
  readonly signal?: AbortSignal;
  /** Whether workers get their own network and file system through bubblewrap. */
  readonly isIsolated?: boolean;
  /** Whether to measure the roofline again, instead of using the known one. */
  readonly measuresRoofline?: boolean;
}

export interface MeasuringServiceWatcher extends MeasureWatcher {
  /** Called if another process is measuring on this machine. */
  onWait?(owner: number): void;
}

const TRIES = 2;

const STOPPED: MeasureOutcome = { kind: "fault", message: "it was stopped" };

/** Measures kernels on one adapter, one at a time on the whole machine, each in a fresh worker. */
export class MeasuringService {
  readonly #adapter: AdapterChoice;
  readonly #cache: RooflineCache;
  readonly #signal: AbortSignal | undefined;
  readonly #isIsolated: boolean;
  #measuresRoofline: boolean;

  constructor(adapter: AdapterChoice, { signal, isIsolated = false, measuresRoofline = false }: MeasuringOptions = {}) {
    this.#adapter = adapter;
    this.#cache = new RooflineCache(adapter, dawnVersion());
    this.#signal = signal;
    this.#isIsolated = isIsolated;
    this.#measuresRoofline = measuresRoofline;
  }

  /** Never throws because of a submission. */
  async measure(request: MeasureRequest, watcher: MeasuringServiceWatcher): Promise<MeasureOutcome> {
    const onWait = (owner: number) => watcher.onWait?.(owner);
    const outcome = await aloneOnMachine(() => this.#measure(request, watcher), onWait, this.#signal);
    return outcome ?? STOPPED;
  }

  async #measure(request: MeasureRequest, watcher: MeasuringServiceWatcher): Promise<MeasureOutcome> {
    let outcome = STOPPED;
    const { kind: adapterKind, name } = this.#adapter;
    for (let trial = 0; trial < TRIES && mayPass(outcome) && !this.#signal?.aborted; trial++) {
      const moment = thisMoment();
      const roofline = this.#measuresRoofline ? null : await this.#cache.read(moment);
      const sensors = new SensorLog(sensorsOf(this.#adapter));
      const writes: Promise<void>[] = [];
      const worker: Worker = new SupervisedProcess(workerScript(), this.#adapter, {
        isIsolated: this.#isIsolated,
        isOnOneThread: true,
      });
      outcome = await measureInWorker(
        worker,
        { ...request, roofline, adapterKind, compilesInFirstRun: compilesInFirstRun(name) },
        {
          ...watcher,
          onStep: (step) => {
            sensors.setTiming(step.progress !== undefined);
            watcher.onStep?.(step);
          },
          onRoofline: (found) => {
            this.#measuresRoofline = false;
            writes.push(this.#cache.write(found, moment));
            watcher.onRoofline?.(found);
          },
        },
        this.#signal,
      );
      await Promise.all(writes);
      outcome = withConditions(outcome, await sensors.end());
    }
    return outcome;
  }
}

function withConditions(outcome: MeasureOutcome, conditions: Conditions | undefined): MeasureOutcome {
  if (outcome.kind !== "measured" || conditions === undefined) return outcome;
  const findings = [...outcome.measurement.findings, ...findThrottling(conditions)];
  return { ...outcome, measurement: { ...outcome.measurement, conditions, findings } };
}

/** Whether another try may succeed: a fault in the task stays. */
function mayPass(outcome: MeasureOutcome): boolean {
  return outcome.kind === "fault" && outcome.fault === undefined;
}

/** Processes run the built code, also those started by a test. */
function workerScript(): string {
  return join(packageRoot(), "dist", "harness", "worker", "worker-main.js");
}

function dawnVersion(): string {
  const folder = dirname(createRequire(import.meta.url).resolve("webgpu"));
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
}
