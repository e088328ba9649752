import { PassTimestamps } from "./pass-timestamps.ts";

/** The time from submitting work to observing its end; the GPU's part is known only within limits. */
interface Window {
  readonly leastMs: number;
  readonly mostMs: number;
  /** Timed passes. */
  readonly passes: readonly number[];
}

/** A submission has about forty cases of three runs each; further passes are not timed. */
const MOST_PASSES = 512;

/**
 * Adds up the time in which kernels ran, including copies around them. While this thread is busy it does not observe
 * their end: the GPU's own clock is used then, if it has one.
 */
export class KernelClock {
  readonly #gpu: GPUDevice;
  readonly #hasTimestamps: boolean;
  readonly #windows: Window[] = [];
  #timestamps: PassTimestamps | undefined;
  #passCount = 0;

  constructor(gpu: GPUDevice, hasTimestamps: boolean) {
    this.#gpu = gpu;
    this.#hasTimestamps = hasTimestamps;
  }

  /** Numbers for the passes to time, as far as available. */
  takePasses(count: number): number[] {
    if (!this.#hasTimestamps || this.#passCount + count > MOST_PASSES) return [];
    this.#timestamps ??= new PassTimestamps(this.#gpu, MOST_PASSES);
    return Array.from({ length: count }, () => this.#passCount++);
  }

  /** Takes back the passes of the last `takePasses`, which the GPU refused: a browser would wait for them forever. */
  giveBackPasses(passes: readonly number[]): void {
    this.#passCount -= passes.length;
  }

  /** The descriptor of a pass; a pass with an undefined number is not timed. */
  passDescriptor(pass: number | undefined): GPUComputePassDescriptor {
    return pass === undefined ? {} : { timestampWrites: this.#timestamps!.writes(pass) };
  }

  /**
   * Adds a window.
   *
   * @param leastMs the time for which the GPU was observed to be busy
   * @param mostMs the time from submitting to observing the end
   */
  add(leastMs: number, mostMs: number, passes: readonly number[] = []): void {
    this.#windows.push({ leastMs, mostMs, passes });
  }

  /** The total of all windows; call it last. */
  async totalMs(): Promise<number> {
    const durationsNs = await this.#durationsNs();
    let totalMs = 0;
    for (const { leastMs, mostMs, passes } of this.#windows) {
      const timedMs = passes.reduce((sum, pass) => sum + (durationsNs[pass] ?? 0), 0) / 1e6;
      totalMs += Math.min(mostMs, Math.max(leastMs, timedMs));
    }
    return totalMs;
  }

  async #durationsNs(): Promise<readonly (number | undefined)[]> {
    if (this.#timestamps === undefined) return [];
    try {
      const encoder = this.#gpu.createCommandEncoder();
      this.#timestamps.encodeResolve(encoder, this.#passCount);
      this.#gpu.queue.submit([encoder.finish()]);
      return await this.#timestamps.durationsNs(this.#passCount);
    } catch {
      // The device is lost.
      return [];
    } finally {
      this.#timestamps.destroy();
    }
  }
}
