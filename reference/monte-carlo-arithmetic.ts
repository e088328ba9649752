import type { Random } from "./random.ts";
import { DIVISION, expError, logError, MIN_NORMAL, SQRT } from "./rounding.ts";

/**
 * The operations of a float64 algorithm, so that the same code can also run like f32 arithmetic. Sums, differences and
 * products go through `round`, one operation at a time, or as vectors if there are many.
 */
export interface Arithmetic {
  round(value: number): number;
  divide(numerator: number, denominator: number): number;
  sqrt(value: number): number;
  log(value: number): number;
  /** Rounds every element, in place. */
  roundAll(values: Float64Array): void;
  /** Replaces every element by its exponential, or its logarithm. */
  expAll(values: Float64Array): void;
  logAll(values: Float64Array): void;
  /** Adds the elements to `start`, one after the other. */
  sum(values: Float64Array, start: number): number;
}

/** Plain float64. */
export const EXACT: Arithmetic = {
  round: (value) => value,
  divide: (numerator, denominator) => numerator / denominator,
  sqrt: Math.sqrt,
  log: Math.log,
  roundAll: () => {},
  expAll: (values) => {
    for (let at = 0; at < values.length; at++) values[at] = Math.exp(values[at]!);
  },
  logAll: (values) => {
    for (let at = 0; at < values.length; at++) values[at] = Math.log(values[at]!);
  },
  sum: (values, start) => values.reduce((total, value) => total + value, start),
};

/**
 * Monte Carlo arithmetic (Parker, "Monte Carlo Arithmetic: exploiting randomness in floating-point arithmetic", UCLA
 * CSD-970002, 1997): every result that is not an f32 becomes one of its two neighbours at random, and every result of a
 * function for which WGSL allows more gets the largest error allowed, at random up or down. The spread of several runs
 * shows the sensitivity of a computation to rounding. Results that are f32 values stay, as in any f32 arithmetic.
 */
export class MonteCarloArithmetic implements Arithmetic {
  readonly #random: Random;
  readonly #one = new Float64Array(1);
  readonly #wordsOfOne = wordsOf(this.#one);
  /** Views of arrays rounded before: making one takes as long as rounding a hundred elements. */
  readonly #words = new WeakMap<Float64Array, Uint32Array>();

  constructor(random: Random) {
    this.#random = random;
  }

  round(value: number): number {
    this.#one[0] = value;
    roundElement(this.#wordsOfOne, 0, this.#random.bits() & 1);
    return this.#one[0];
  }

  divide(numerator: number, denominator: number): number {
    const quotient = numerator / denominator;
    return this.scatter(quotient, quotient * DIVISION);
  }

  sqrt(value: number): number {
    return this.scatter(Math.sqrt(value), Math.sqrt(value) * SQRT);
  }

  log(value: number): number {
    return this.scatter(Math.log(value), logError(value));
  }

  roundAll(values: Float64Array): void {
    let words = this.#words.get(values);
    if (words === undefined) {
      words = wordsOf(values);
      this.#words.set(values, words);
    }
    let coins = 0;
    for (let at = 0; at < values.length; at++) {
      if ((at & 31) === 0) coins = this.#random.bits();
      roundElement(words, at, coins & 1);
      coins >>>= 1;
    }
  }

  expAll(values: Float64Array): void {
    let coins = 0;
    for (let at = 0; at < values.length; at++) {
      if ((at & 31) === 0) coins = this.#random.bits();
      const power = Math.exp(values[at]!);
      const error = power * expError(values[at]!);
      values[at] = power < MIN_NORMAL ? 0 : power + error * (2 * (coins & 1) - 1);
      coins >>>= 1;
    }
    this.roundAll(values);
  }

  logAll(values: Float64Array): void {
    let coins = 0;
    for (let at = 0; at < values.length; at++) {
      if ((at & 31) === 0) coins = this.#random.bits();
      values[at] = Math.log(values[at]!) + logError(values[at]!) * (2 * (coins & 1) - 1);
      coins >>>= 1;
    }
    this.roundAll(values);
  }

  sum(values: Float64Array, start: number): number {
    const total = this.#one;
    const words = this.#wordsOfOne;
    total[0] = start;
    let coins = 0;
    for (let at = 0; at < values.length; at++) {
      if ((at & 31) === 0) coins = this.#random.bits();
      total[0] = total[0]! + values[at]!;
      roundElement(words, 0, coins & 1);
      coins >>>= 1;
    }
    return total[0]!;
  }

  /** An f32 that is off by all that a function's accuracy allows, up or down. */
  scatter(value: number, error: number): number {
    return this.round(value + error * (2 * (this.#random.bits() & 1) - 1));
  }
}

/** The halves of float64 numbers, lower half first, as on every machine that Node runs on. */
function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
}

/** The trailing mantissa bits of a float64 that an f32 lacks. */
const EXCESS_BITS = 29;
const EXCESS = 2 ** EXCESS_BITS - 1;
/** The upper halves of the smallest normal f32, 2^-126, and of 2^128, just past the largest. */
const SMALLEST = 0x381 << 20;
const PAST_LARGEST = 0x47f << 20;

/**
 * Rounds a float64 to an f32 value in place: truncates excess bits or, with `away` 1 instead of 0, takes the next value
 * away from zero if any excess bit was set. Avoids branches on random bits, which a processor cannot predict: Monte
 * Carlo runs call this about a hundred million times.
 */
function roundElement(words: Uint32Array, at: number, away: number): void {
  const low = words[2 * at]!;
  const high = words[2 * at + 1]!;
  const size = high & 0x7fff_ffff;
  if (size < SMALLEST || size >= PAST_LARGEST) {
    const isTiny = size < SMALLEST;
    words[2 * at] = 0;
    words[2 * at + 1] = isTiny ? 0 : (high & 0x8000_0000) | 0x7ff0_0000;
    return;
  }
  const step = ((low & EXCESS) + (EXCESS & -away)) >>> EXCESS_BITS;
  const kept = (low >>> EXCESS_BITS) + step;
  words[2 * at] = kept << EXCESS_BITS;
  words[2 * at + 1] = high + (kept >>> (32 - EXCESS_BITS));
}
