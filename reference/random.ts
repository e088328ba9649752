import { sha256 } from "@noble/hashes/sha2.js";

/**
 * A stream of random numbers: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators", 2021), its state taken from the SHA-256 of the given words. The hash lets one secret seed serve many
 * streams: recovering the state of one stream from its numbers reveals nothing about the seed or the other streams.
 */
export class Random {
  readonly #state: Uint32Array;
  #spareNormal: number | undefined;

  constructor(...words: readonly (string | number)[]) {
    const digest = sha256(new TextEncoder().encode(JSON.stringify(words)));
    const view = new DataView(digest.buffer, digest.byteOffset);
    this.#state = Uint32Array.from({ length: 4 }, (_, word) => view.getUint32(4 * word, true));
  }

  /** The next 32 bits. */
  bits(): number {
    const s = this.#state;
    const product = Math.imul(s[1]!, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  }

  /** Uniform in [low, high), with 32 random bits. */
  uniform(low = 0, high = 1): number {
    return low + (this.bits() / 2 ** 32) * (high - low);
  }

  /** An integer, uniform in [low, high], both included; at most 2³² values. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  /** Normal with the given mean and standard deviation (polar method: Marsaglia and Bray, 1964). */
  normal(mean = 0, deviation = 1): number {
    const spare = this.#spareNormal;
    if (spare !== undefined) {
      this.#spareNormal = undefined;
      return mean + deviation * spare;
    }
    for (;;) {
      const x = this.uniform(-1, 1);
      const y = this.uniform(-1, 1);
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spareNormal = y * factor;
      return mean + deviation * x * factor;
    }
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    return items[this.integer(0, items.length - 1)]!;
  }

  /** `count` f32 values, each from `draw`. */
  f32(count: number, draw: (random: Random, index: number) => number): Float32Array {
    const values = new Float32Array(count);
    for (let index = 0; index < count; index++) values[index] = draw(this, index);
    return values;
  }

  /** The items in random order (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last--) {
      const chosen = this.integer(0, last);
      [result[last], result[chosen]] = [result[chosen]!, result[last]!];
    }
    return result;
  }
}
