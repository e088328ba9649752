import type { Random } from "./random.ts";
import { DIVISION, expError, logError, MIN_NORMAL, SQRT } from "./rounding.ts";

/**
 * The operations that a float64 algorithm is written in, so that the same code can also be run as f32 arithmetic would
 * run it. Sums, differences and products go through `round`, one operation at a time.
 */
export interface Arithmetic {
  round(value: number): number;
  divide(numerator: number, denominator: number): number;
  sqrt(value: number): number;
  exp(value: number): number;
  log(value: number): number;
}

/** Float64 as it is. */
export const EXACT: Arithmetic = {
  round: (value) => value,
  divide: (numerator, denominator) => numerator / denominator,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
};

/**
 * Monte Carlo arithmetic (Parker, "Monte Carlo Arithmetic: exploiting randomness in floating-point arithmetic", UCLA
 * CSD-970002, 1997): every result that is not an f32 becomes one of its two neighbours at random, and every result of a
 * function for which WGSL allows more is off by all that it allows, at random up or down. How far apart several runs
 * lie shows how much rounding a computation can feel. Results that are f32 values stay, as in any f32 arithmetic.
 */
export function monteCarloArithmetic(random: Random): Arithmetic {
  const single = new Float32Array(1);
  const word = new Uint32Array(single.buffer);
  let pool = 0;
  let left = 0;
  const coin = (): boolean => {
    if (left === 0) {
      // 31 bits: V8 keeps no larger whole number without allocating.
      pool = random.bits() >>> 1;
      left = 31;
    }
    const isHeads = (pool & 1) === 1;
    pool >>>= 1;
    left--;
    return isHeads;
  };

  const round = (value: number): number => {
    single[0] = value;
    const nearest = single[0];
    if (nearest === value) return value;
    if (Math.abs(value) < MIN_NORMAL) return 0;
    if (coin()) return nearest;
    // The other neighbour lies on the other side of the value: one step away from zero, or one towards it.
    word[0] = word[0]! + (nearest < value === value > 0 ? 1 : -1);
    return single[0];
  };
  const scatter = (value: number, error: number): number => round(coin() ? value + error : value - error);

  return {
    round,
    divide: (numerator, denominator) => {
      const quotient = numerator / denominator;
      return scatter(quotient, quotient * DIVISION);
    },
    sqrt: (value) => scatter(Math.sqrt(value), Math.sqrt(value) * SQRT),
    exp: (value) => {
      const power = Math.exp(value);
      return power < MIN_NORMAL ? 0 : scatter(power, power * expError(value));
    },
    log: (value) => scatter(Math.log(value), logError(value)),
  };
}
