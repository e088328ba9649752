import { PassTimestamps } from "./pass-timestamps.ts";

/** From submitting work to knowing that it had ended; how much of that was the GPU's is known only within limits. */
interface Window {
  readonly leastMs: number;
  readonly mostMs: number;
  /** Passes whose timestamps tell. */
  readonly passes: readonly number[];
}

/** A submission's cases are some forty, with three runs each; what is beyond is not timed. */
const MOST_PASSES = 512;

/**
 * Adds up for how long kernels were at work, with the copies around them. While this thread does something else it does
 * not see when they have ended: there, the GPU's own clock tells, where it has one.
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

  /** Numbers of passes that are to be timed, as far as they can be. */
  takePasses(count: number): number[] {
    if (!this.#hasTimestamps || this.#passCount + count > MOST_PASSES) return [];
    this.#timestamps ??= new PassTimestamps(this.#gpu, MOST_PASSES);
    return Array.from({ length: count }, () => this.#passCount++);
  }

  /** What a pass is begun with; an undefined number is one that is not timed. */
  passDescriptor(pass: number | undefined): GPUComputePassDescriptor {
    return pass === undefined ? {} : { timestampWrites: this.#timestamps!.writes(pass) };
  }

  /**
   * Adds a window.
   *
   * @param leastMs for how long the GPU was seen to be at work
   * @param mostMs from submitting to knowing
   */
  add(leastMs: number, mostMs: number, passes: readonly number[] = []): void {
    this.#windows.push({ leastMs, mostMs, passes });
  }

  /** All windows together, once there is nothing more to come. */
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
