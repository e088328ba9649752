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
  /** The most runs in one sample: drift would affect samples of more. */
  readonly mostRunsPerSample: number;
  /** The smallest observed difference; 0 before anything was timed. */
  readonly tickNs: number;
  /** Does the runs in order, and returns the duration of each, in ns; undefined if the clock could not measure it. */
  time(bench: Workbench, runs: readonly Run[]): Promise<(number | undefined)[]>;
  destroy(): void;
}

/**
 * The GPU's own clock if it has one; else the wall clock.
 *
 * @param coarseTickNs if the clock's times are rounded to it, as in browsers
 */
export function openClock({ gpu, hasTimestamps }: Device, coarseTickNs?: number): Clock {
  if (!hasTimestamps) return new WallClock(coarseTickNs);
  return coarseTickNs === undefined ? new TimestampClock(gpu) : new CoarseTimestampClock(gpu, coarseTickNs);
}

/** Browsers round timestamps to about 100 µs; adapters' own clocks advance at least every microsecond. */
const COARSE_NS = 10_000;

/** The tick of a clock whose steps are longer than many runs. */
export function coarseTick(tickNs: number): number | undefined {
  return tickNs >= COARSE_NS ? tickNs : undefined;
}

/** A run is one compute pass, a batch one submit. */
class TimestampClock implements Clock {
  readonly name = "timestamps";
  readonly mostRuns: number = 1024;
  readonly mostRunsPerSample: number = 64;
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
    return this.readDurations(this.#timestamps, runs.length);
  }

  protected async readDurations(timestamps: PassTimestamps, count: number): Promise<(number | undefined)[]> {
    const durationsNs = await timestamps.durationsNs(count);
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
 * Rounded timestamps. A run shorter than a tick takes 0 or one tick: both count, since only then is their mean the run's
 * time. So a sample has many runs.
 */
class CoarseTimestampClock extends TimestampClock {
  override readonly mostRunsPerSample = 512;
  readonly #coarseTickNs: number;

  constructor(gpu: GPUDevice, tickNs: number) {
    super(gpu);
    this.#coarseTickNs = tickNs;
  }

  override get tickNs(): number {
    return this.#coarseTickNs;
  }

  protected override async readDurations(timestamps: PassTimestamps, count: number): Promise<(number | undefined)[]> {
    const stamps = await timestamps.stampsNs(count);
    return Array.from({ length: count }, (_, pass) => {
      const durationNs = Number(stamps[2 * pass + 1]! - stamps[2 * pass]!);
      return durationNs >= 0 ? durationNs : undefined;
    });
  }
}

/**
 * From submitting a run to observing its end, one submit per run: this includes the driver's and Dawn's own work, some
 * 0.1 ms, so that short kernels look alike.
 */
class WallClock implements Clock {
  readonly name = "wall-clock";
  readonly mostRuns = 64;
  readonly mostRunsPerSample = 64;
  readonly tickNs: number;

  /** @param tickNs Node's `performance.now()` counts nanoseconds; the delay between it and the GPU is of this order */
  constructor(tickNs = 10_000) {
    this.tickNs = tickNs;
  }

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
