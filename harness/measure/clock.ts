import type { Device } from "../gpu/device.ts";
import { PassTimestamps } from "../gpu/pass-timestamps.ts";
import { waitPolitely } from "../gpu/polite-wait.ts";
import type { ClockName } from "../results/measurement.ts";
import type { Run, Workbench } from "./workbench.ts";

/** Times runs. */
export interface Clock {
  readonly name: ClockName;
  /** The most runs in one batch. */
  readonly mostRuns: number;
  /** The smallest observed difference; 0 before anything was timed. */
  readonly tickNs: number;
  /** Does the runs in order, and returns the duration of each, in ns; undefined if the clock could not measure it. */
  time(bench: Workbench, runs: readonly Run[]): Promise<(number | undefined)[]>;
  destroy(): void;
}

/** The GPU's own clock if it has one; else the wall clock. */
export function openClock({ gpu, hasTimestamps }: Device): Clock {
  return hasTimestamps ? new TimestampClock(gpu) : new WallClock();
}

/** A run is one compute pass, a batch one submit. */
class TimestampClock implements Clock {
  readonly name = "timestamps";
  readonly mostRuns = 1024;
  readonly #timestamps: PassTimestamps;
  #tickNs = 0;

  constructor(gpu: GPUDevice) {
    this.#timestamps = new PassTimestamps(gpu, this.mostRuns);
  }

  get tickNs(): number {
    return this.#tickNs;
  }

  async time(bench: Workbench, runs: readonly Run[]): Promise<(number | undefined)[]> {
    const { gpu } = bench;
    const encoder = gpu.createCommandEncoder();
    for (const [index, run] of runs.entries()) {
      bench.encodePreparation(encoder, run);
      bench.encodeRun(encoder, run, this.#timestamps.writes(index));
      bench.encodeKeeping(encoder, run);
    }
    this.#timestamps.encodeResolve(encoder, runs.length);
    gpu.queue.submit([encoder.finish()]);
    const durationsNs = await this.#timestamps.durationsNs(runs.length);
    for (const durationNs of durationsNs) {
      if (durationNs !== undefined) this.#tickNs = greatestCommonDivisor(this.#tickNs, durationNs);
    }
    return durationsNs;
  }

  destroy(): void {
    this.#timestamps.destroy();
  }
}

/**
 * From submitting a run to observing its end, one submit per run: this includes the driver's and Dawn's own work, some
 * 0.1 ms, so that short kernels look alike.
 */
class WallClock implements Clock {
  readonly name = "wall-clock";
  readonly mostRuns = 64;
  /** Node's `performance.now()` counts nanoseconds; the delay between it and the GPU is of this order. */
  readonly tickNs = 10_000;

  async time(bench: Workbench, runs: readonly Run[]): Promise<number[]> {
    const { queue } = bench.gpu;
    const durationsNs: number[] = [];
    for (const run of runs) {
      await this.#do(bench, (encoder) => bench.encodePreparation(encoder, run));
      const encoder = bench.gpu.createCommandEncoder();
      bench.encodeRun(encoder, run);
      const commands = [encoder.finish()];
      const startMs = performance.now();
      queue.submit(commands);
      // Not `politely`: its sleep would be part of the time.
      await queue.onSubmittedWorkDone();
      durationsNs.push(Math.round(1e6 * (performance.now() - startMs)));
      if (run.isKept) await this.#do(bench, (after) => bench.encodeKeeping(after, run));
    }
    return durationsNs;
  }

  async #do({ gpu }: Workbench, encode: (encoder: GPUCommandEncoder) => void): Promise<void> {
    const encoder = gpu.createCommandEncoder();
    encode(encoder);
    gpu.queue.submit([encoder.finish()]);
    await waitPolitely(gpu.queue.onSubmittedWorkDone());
  }

  destroy(): void {}
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}
