import type { Random } from "../../reference/random.ts";
import { bufferUsage } from "../gpu/buffer-usage.ts";
import type { NamedBuffers } from "../gpu/plan-runner.ts";
import { drawPoison } from "../judge/poison.ts";

/** Extra words of a pool's buffers, so that a copy of the output's size can begin at any of as many places. */
const SPARE_WORDS = 4096;

const KINDS = ["nan", "plausible"] as const;

/** An output's contents before a run. */
export interface PoisonChoice {
  readonly kind: number;
  readonly offset: number;
}

/**
 * Poisons kept on the GPU, so that a copy there gives every run a new one: NaNs with random payloads, and plausible
 * wrong numbers, each from a random place.
 */
export class PoisonPool {
  readonly #gpu: GPUDevice;
  readonly #random: Random;
  readonly #sizes: Readonly<Record<string, number>>;
  readonly #integers: ReadonlySet<string>;
  readonly #typical: Readonly<Record<string, number>>;
  readonly #words: Record<string, Uint32Array>[] = [];
  readonly #buffers: Record<string, GPUBuffer>[] = [];
  #redrawn = 0;

  /**
   * @param sizes elements of each output
   * @param integers the outputs whose elements are u32
   * @param typical a typical magnitude of each output
   */
  constructor(
    gpu: GPUDevice,
    sizes: Readonly<Record<string, number>>,
    integers: ReadonlySet<string>,
    typical: Readonly<Record<string, number>>,
    random: Random,
  ) {
    this.#gpu = gpu;
    this.#random = random;
    this.#sizes = sizes;
    this.#integers = integers;
    this.#typical = typical;
    for (const kind of KINDS.keys()) {
      const buffers: Record<string, GPUBuffer> = {};
      for (const [name, size] of Object.entries(sizes)) {
        const usage = bufferUsage.copySource | bufferUsage.copyDestination;
        buffers[name] = gpu.createBuffer({ size: 4 * (size + SPARE_WORDS), usage });
      }
      this.#buffers.push(buffers);
      this.#draw(kind);
    }
  }

  /** Regenerates one of the two, in turn. */
  redraw(): void {
    this.#draw(this.#redrawn++ % KINDS.length);
  }

  choose(): PoisonChoice {
    return { kind: this.#random.integer(0, KINDS.length - 1), offset: this.#random.integer(0, SPARE_WORDS) };
  }

  /** Encodes the copies that poison the outputs. */
  fill(encoder: GPUCommandEncoder, outputs: NamedBuffers, { kind, offset }: PoisonChoice): void {
    for (const [name, { gpu, bytes }] of outputs) {
      encoder.copyBufferToBuffer(this.#buffers[kind]![name]!, 4 * offset, gpu, 0, bytes);
    }
  }

  /** The words that `fill` puts into each output, until the pool is regenerated. */
  words({ kind, offset }: PoisonChoice): Record<string, Uint32Array> {
    const entries = Object.entries(this.#sizes);
    return Object.fromEntries(
      entries.map(([name, size]) => [name, this.#words[kind]![name]!.subarray(offset, offset + size)]),
    );
  }

  destroy(): void {
    for (const buffers of this.#buffers) for (const buffer of Object.values(buffers)) buffer.destroy();
  }

  #draw(kind: number): void {
    const longer = Object.fromEntries(Object.entries(this.#sizes).map(([name, size]) => [name, size + SPARE_WORDS]));
    const words = drawPoison(this.#random, longer, KINDS[kind]!, this.#typical, this.#integers);
    this.#words[kind] = words;
    for (const [name, buffer] of Object.entries(this.#buffers[kind]!)) {
      this.#gpu.queue.writeBuffer(buffer, 0, words[name] as GPUAllowSharedBufferSource);
    }
  }
}
