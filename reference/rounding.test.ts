import { describe, expect, test } from "vitest";
import { UnsolvableProblem } from "./oracle.ts";
import { Random } from "./random.ts";
import { DIVISION, expError, gamma, INVERSE_SQRT, logError, MIN_NORMAL, SQRT, ULP } from "./rounding.ts";

const f = Math.fround;

/** The f32 neighbours of a value that may not be an f32: WGSL lets an operation return either. */
function neighbours(value: number): [below: number, above: number] {
  const words = new Uint32Array(1);
  const float = new Float32Array(words.buffer);
  float[0] = value;
  const nearest = float[0];
  if (nearest === value) return [value, value];
  const isAbove = nearest > value;
  // The next value towards zero is one less as an integer, for either sign.
  words[0]! += isAbove === value > 0 ? -1 : 1;
  const other = float[0]!;
  return isAbove ? [other, nearest] : [nearest, other];
}

/** Rounds to either neighbour at random, as an implementation of WGSL may. */
function roundEitherWay(random: Random, value: number): number {
  return random.pick(neighbours(value));
}

/** Numbers of all magnitudes between 2^-low and 2^high, of either sign. */
function anyMagnitude(random: Random, low: number, high: number): number {
  return f(random.pick([-1, 1]) * 2 ** random.uniform(low, high));
}

describe("constants", () => {
  test("are those of the f32 format", () => {
    expect(ULP).toBe(f(1 + ULP) - 1);
    expect(f(1 + ULP / 4)).toBe(1);
    const largest = (2 - 2 ** -23) * 2 ** 127;
    expect(f(largest)).toBe(largest);
    expect(f(largest * (1 + ULP))).toBe(Number.POSITIVE_INFINITY);
    expect(new Uint32Array(Float32Array.of(MIN_NORMAL).buffer)[0]).toBe(0x00800000);
  });

  test("an ULP of any normal value is at most ULP times the value: a WGSL accuracy in ULP is a relative error", () => {
    const random = new Random("ulp");
    for (let trial = 0; trial < 2000; trial++) {
      const value = anyMagnitude(random, -125, 127) * random.uniform(0.6, 1);
      const [below, above] = neighbours(value);
      expect(above - below).toBeLessThanOrEqual(ULP * Math.abs(value) * (1 + ULP));
    }
  });

  test("sqrt covers the quotient by an inverse square root with the maximum error", () => {
    for (const sign of [-1, 1]) {
      const root = 1 + sign * INVERSE_SQRT;
      expect(Math.abs((1 / root) * (1 + sign * -DIVISION) - 1)).toBeLessThan(SQRT * (1 + 4 * SQRT));
    }
  });
});

describe("γ_n", () => {
  test("bounds sums and products of n roundings in any direction, and is close to the worst case", () => {
    const random = new Random("gamma");
    for (const n of [1, 2, 7, 64, 1000]) {
      let largest = 0;
      for (let trial = 0; trial < 50; trial++) {
        // Every rounding goes up in one trial of five: the worst case for a growing product.
        let value = 1;
        let exact = 1;
        for (let step = 0; step < n; step++) {
          const factor = f(random.uniform(1, 1.001));
          exact *= factor;
          value = trial % 5 === 0 ? neighbours(value * factor)[1] : roundEitherWay(random, value * factor);
        }
        largest = Math.max(largest, Math.abs(value / exact - 1));
      }
      expect(largest).toBeLessThanOrEqual(gamma(n));
      if (n > 2) expect(largest).toBeGreaterThan(0.2 * gamma(n));
    }
  });

  test("bounds a sum of n terms relative to the sum of their magnitudes", () => {
    const random = new Random("sum");
    for (let trial = 0; trial < 200; trial++) {
      const terms = random.f32(random.integer(2, 200), () => random.normal(0, 3));
      let sum = terms[0]!;
      let exact = terms[0]!;
      let magnitude = Math.abs(terms[0]!);
      for (const term of terms.subarray(1)) {
        sum = roundEitherWay(random, sum + term);
        exact += term;
        magnitude += Math.abs(term);
      }
      expect(Math.abs(sum - exact)).toBeLessThanOrEqual(gamma(terms.length - 1) * magnitude);
    }
  });

  test("is Higham's n·u/(1 - n·u), with u the whole unit that WGSL allows, and bounds the error both ways", () => {
    expect(gamma(0)).toBe(0);
    expect(gamma(1)).toBe(ULP / (1 - ULP));
    for (const n of [1, 10, 10_000, 4_000_000]) {
      expect(gamma(n)).toBeGreaterThan(n * ULP);
      expect((1 + ULP) ** n - 1).toBeLessThanOrEqual(gamma(n));
      expect(1 / (1 - ULP) ** n - 1).toBeLessThanOrEqual(gamma(n) * (1 + 1e-9));
      expect(gamma(n + 1)).toBeGreaterThan(gamma(n));
    }
  });

  test("is refused if an f32 may lose all digits", () => {
    expect(() => gamma(2 ** 23)).toThrow(UnsolvableProblem);
    expect(() => gamma(2 ** 23)).toThrow("γ_8388608 is not defined: 8388608 roundings may lose every digit of an f32");
  });
});

describe("the error of exp", () => {
  /** Off by `share` of WGSL's limit for exp (or exp2) at this argument: 3 + 2·|x| ULP. */
  const worst = (exact: number, argument: number, share: number) =>
    exact * (1 + share * (3 + 2 * Math.abs(argument)) * ULP);

  test("covers exp(x), and exp2(x · log2 e) with every rounding either way, and is close to the worst case", () => {
    const random = new Random("exp");
    let largest = 0;
    for (let trial = 0; trial < 3000; trial++) {
      const x = random.pick([f(random.uniform(-85, 85)), anyMagnitude(random, -20, 6)]);
      const share = random.pick([-1, 1]);
      const product = roundEitherWay(random, x * random.pick(neighbours(Math.LOG2E)));
      for (const got of [worst(Math.exp(x), x, share), worst(2 ** product, product, share)]) {
        largest = Math.max(largest, Math.abs(got / Math.exp(x) - 1) / Math.expm1(expError(x)));
      }
    }
    expect(largest).toBeLessThanOrEqual(1);
    expect(largest).toBeGreaterThan(0.7);
  });

  test("is 3 ULP at 0, even, and grows with the argument", () => {
    expect(expError(0)).toBe(3 * ULP);
    expect(expError(-7)).toBe(expError(7));
    expect(expError(8)).toBeGreaterThan(expError(7));
  });
});

describe("the error of log", () => {
  /** Off by `share` of WGSL's limit for log (or log2): 2⁻²¹ in [0.5, 2], 3 ULP outside. */
  const worst = (exact: number, x: number, share: number) =>
    exact + share * (x >= 0.5 && x <= 2 ? 2 ** -21 : 3 * ulpOf(exact));
  const ulpOf = (value: number) => 2 ** (Math.floor(Math.log2(Math.abs(value))) - 23);

  test("covers log(x), and log2(x) · ln 2 with every rounding either way, and is close to the worst case", () => {
    const random = new Random("log");
    let largest = 0;
    for (let trial = 0; trial < 3000; trial++) {
      const x = random.pick([f(random.uniform(0.4, 2.2)), Math.abs(anyMagnitude(random, -100, 100))]);
      const share = random.pick([-1, 1]);
      const inBase2 = worst(Math.log2(x), x, share);
      const converted = roundEitherWay(random, inBase2 * random.pick(neighbours(Math.LN2)));
      for (const got of [worst(Math.log(x), x, share), converted]) {
        largest = Math.max(largest, Math.abs(got - Math.log(x)) / logError(x));
      }
    }
    expect(largest).toBeLessThanOrEqual(1);
    expect(largest).toBeGreaterThan(0.5);
  });

  test("is absolute near 1, where the logarithm vanishes", () => {
    expect(logError(1)).toBe(2 ** -21);
    expect(logError(1 + ULP)).toBeGreaterThanOrEqual(2 ** -21);
  });
});
