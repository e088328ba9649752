import { bufferUsage, MAP_MODE_READ } from "./buffer-usage.ts";
import { waitPolitely } from "./polite-wait.ts";

const BYTES_PER_PASS = 2 * BigUint64Array.BYTES_PER_ELEMENT;

/** Two timestamps per compute pass, which the GPU writes at its start and end. */
export class PassTimestamps {
  readonly #querySet: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;

  constructor(gpu: GPUDevice, mostPasses: number) {
    const size = BYTES_PER_PASS * mostPasses;
    this.#querySet = gpu.createQuerySet({ type: "timestamp", count: 2 * mostPasses });
    this.#resolved = gpu.createBuffer({ size, usage: bufferUsage.queryResolve | bufferUsage.copySource });
    this.#staging = gpu.createBuffer({ size, usage: bufferUsage.mapRead | bufferUsage.copyDestination });
  }

  /** The descriptor's part for the pass of this number. */
  writes(pass: number): GPUComputePassTimestampWrites {
    return { querySet: this.#querySet, beginningOfPassWriteIndex: 2 * pass, endOfPassWriteIndex: 2 * pass + 1 };
  }

  /** Encodes, after the passes, the copies that `durationsNs` needs. */
  encodeResolve(encoder: GPUCommandEncoder, passCount: number): void {
    encoder.resolveQuerySet(this.#querySet, 0, 2 * passCount, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, BYTES_PER_PASS * passCount);
  }

  /**
   * The duration of each pass; call it after submitting the commands of `encodeResolve`. It is unknown, undefined, if
   * the two timestamps are equal or run backwards, as WebGPU allows ("Timestamp Query", WebGPU §20.4).
   */
  async durationsNs(passCount: number): Promise<(number | undefined)[]> {
    return durationsOf(await this.stampsNs(passCount));
  }

  /** Each pass's start and end, in pairs. */
  async stampsNs(passCount: number): Promise<BigUint64Array> {
    await waitPolitely(this.#staging.mapAsync(MAP_MODE_READ, 0, BYTES_PER_PASS * passCount));
    const stamps = new BigUint64Array(this.#staging.getMappedRange(0, BYTES_PER_PASS * passCount).slice(0));
    this.#staging.unmap();
    return stamps;
  }

  destroy(): void {
    this.#querySet.destroy();
    this.#resolved.destroy();
    this.#staging.destroy();
  }
}

/** @param stamps in pairs: a pass's start and end */
export function durationsOf(stamps: BigUint64Array): (number | undefined)[] {
  return Array.from({ length: stamps.length / 2 }, (_, pass) => {
    const durationNs = Number(stamps[2 * pass + 1]! - stamps[2 * pass]!);
    return durationNs > 0 ? durationNs : undefined;
  });
}
