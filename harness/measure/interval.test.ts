import { describe, expect, it, test } from "vitest";
import { Random } from "../../reference/random.ts";
import {
  blockBootstrap,
  halfWidth,
  holds,
  inverse,
  median,
  medianInterval,
  orderStatistics,
  widened,
} from "./interval.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test("the median of an even number of values is between the middle two", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

// Conover, "Practical Nonparametric Statistics", tables of the binomial: ranks whose interval has the median in 95 %.
test.each([
  [10, 2, 9],
  [12, 3, 10],
  [15, 4, 12],
  [20, 6, 15],
])("order statistics of %i values are those of rank %i and %i", (count, low, high) => {
  expect(orderStatistics(upTo(count))).toEqual({ low, high });
});

describe("the block bootstrap", () => {
  it("gives the value if all are equal", () => {
    expect(blockBootstrap([2, 2, 2, 2, 2], 2, new Random("same"))).toEqual({ low: 2, high: 2 });
  });

  it("agrees with order statistics for independent values", () => {
    const random = new Random("independent");
    const values = upTo(400).map(() => random.normal(1, 0.1));
    const { low, high } = blockBootstrap(values, 1, random);
    const exact = orderStatistics(values);
    expect((high - low) / (exact.high - exact.low)).toBeGreaterThan(0.7);
    expect((high - low) / (exact.high - exact.low)).toBeLessThan(1.4);
  });

  it("is wider for blocks if neighbours are correlated", () => {
    const random = new Random("alike");
    const values = upTo(40).flatMap(() => new Array<number>(10).fill(random.normal(1, 0.1)));
    const width = (length: number) => {
      const { low, high } = blockBootstrap(values, length, random);
      return high - low;
    };
    expect(width(20)).toBeGreaterThan(1.5 * width(1));
  });
});

describe("the interval of a median", () => {
  /** The number of 200 series of ratios whose interval contains their true median, 1. */
  function held(count: number, draw: (random: Random) => () => number): number {
    let held = 0;
    for (let trial = 0; trial < 200; trial++) {
      const random = new Random("coverage", count, trial);
      const next = draw(random);
      if (holds(medianInterval(upTo(count).map(next), random), 1)) held++;
    }
    return held;
  }

  it("contains the true median in at least 95 % of series", () => {
    expect(held(40, (random) => () => random.normal(1, 0.05))).toBeGreaterThanOrEqual(186);
  });

  it("does so for few values too, and for one-sided noise", () => {
    expect(held(3, (random) => () => Math.exp(random.normal(0, 0.2)))).toBeGreaterThanOrEqual(186);
    const hiccups = (random: Random) => () =>
      random.uniform() < 0.5 ? 1 - random.uniform(0, 0.01) : 1 + random.uniform() ** 4;
    expect(held(30, hiccups)).toBeGreaterThanOrEqual(186);
  });

  it("nearly does so if neighbours are correlated", () => {
    const drifting = (random: Random) => {
      let level = 0;
      return () => {
        level = 0.7 * level + random.normal(0, 0.02);
        return 1 + level;
      };
    };
    expect(held(120, drifting)).toBeGreaterThanOrEqual(172);
  });

  it("is never narrower than the range of a few values", () => {
    const interval = medianInterval([0.5, 1, 4], new Random("few"));
    expect(interval.estimate).toBe(1);
    expect(interval.low).toBeLessThanOrEqual(0.5);
    expect(interval.high).toBeGreaterThanOrEqual(4);
  });

  it("is inverted with the ratio", () => {
    expect(inverse({ estimate: 2, low: 1, high: 4 })).toEqual({ estimate: 0.5, low: 0.25, high: 1 });
    expect(halfWidth({ estimate: 2, low: 1.9, high: 2.1 })).toBeCloseTo(0.05);
  });

  it("is refused for a single value", () => {
    expect(() => medianInterval([1], new Random("one"))).toThrow("needs two values");
  });
});

test("a further uncertainty widens an interval as an independent one does", () => {
  const narrow = widened({ estimate: 2, low: 2, high: 2 }, 0.005);
  expect(narrow.low).toBeCloseTo(2 / 1.005, 9);
  expect(narrow.high).toBeCloseTo(2 * 1.005, 9);
  const wide = { estimate: 1, low: 0.9, high: 1.1 };
  expect(halfWidth(widened(wide, 0.005)) / halfWidth(wide)).toBeLessThan(1.01);
  expect(widened(wide, 0.005).high).toBeGreaterThan(1.1);
});
