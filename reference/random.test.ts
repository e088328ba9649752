import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Random } from "./random.ts";

const MASK = (1n << 32n) - 1n;

/** xoshiro128** 1.1 as published (prng.di.unimi.it/xoshiro128starstar.c), in exact integers. */
function* published(state: bigint[]): Generator<number> {
  const s = [...state];
  const rotl = (x: bigint, k: bigint) => ((x << k) | (x >> (32n - k))) & MASK;
  for (;;) {
    yield Number((rotl((s[1]! * 5n) & MASK, 7n) * 9n) & MASK);
    const t = (s[1]! << 9n) & MASK;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = rotl(s[3]!, 11n);
  }
}

/** The initial state of a stream of these words. */
function stateOf(...words: readonly (string | number)[]): bigint[] {
  const digest = createHash("sha256").update(JSON.stringify(words)).digest();
  return [0, 4, 8, 12].map((byte) => BigInt(digest.readUInt32LE(byte)));
}

function take<T>(count: number, draw: () => T): T[] {
  return Array.from({ length: count }, draw);
}

/** Pearson's statistic for counts that should be equal. */
function chiSquare(counts: readonly number[]): number {
  const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
}

describe("the bits", () => {
  test("are those of xoshiro128** 1.1", () => {
    const random = new Random("seed", "softmax", 3);
    const expected = published(stateOf("seed", "softmax", 3));
    for (let count = 0; count < 1000; count++) expect(random.bits()).toBe(expected.next().value);
  });

  test("of the published algorithm are known: state 1, 2, 3, 4 gives 11520, 0, 5927040, 70819200", () => {
    const expected = published([1n, 2n, 3n, 4n]);
    expect(take(4, () => expected.next().value)).toEqual([11520, 0, 5927040, 70819200]);
  });

  test.each([
    [
      ["seed", "softmax", "inputs", 3, "plain"],
      [1272161184, 496511183, 3980580245, 3126585428],
    ],
    [[], [4107521815, 1508827991, 685455848, 913316044]],
    [
      ["größe 数 💥", -1.5, 2 ** 40],
      [2743491725, 66848427, 2547449685, 3202731617],
    ],
  ])("of the words %j never change, so that a seed from an old report yields the same inputs", (words, bits) => {
    expect(take(4, bitsOf(new Random(...words)))).toEqual(bits);
  });

  test("are the same for the same words", () => {
    expect(take(8, bitsOf(new Random("a", 1)))).toEqual(take(8, bitsOf(new Random("a", 1))));
  });

  test("differ for other words, another order, another split and another type", () => {
    const streams: (string | number)[][] = [
      ["a", "b"],
      ["b", "a"],
      ["ab"],
      ["a", "b", ""],
      ["a", 1],
      ["a", "1"],
      ["a,b"],
    ];
    const firsts = streams.map((words) => new Random(...words).bits());
    expect(new Set(firsts).size).toBe(streams.length);
  });

  test("of neighbouring streams are uncorrelated", () => {
    const [a, b] = [new Random("stream", 1), new Random("stream", 2)];
    const agreeing = take(2000, () => 32 - ones(a!.bits() ^ b!.bits())).reduce((sum, count) => sum + count, 0);
    // 64,000 fair coins: the standard deviation is 126.
    expect(Math.abs(agreeing - 32_000)).toBeLessThan(5 * 127);
  });
});

function bitsOf(random: Random): () => number {
  return () => random.bits();
}

function ones(word: number): number {
  return (word >>> 0).toString(2).replaceAll("0", "").length;
}

describe("uniform numbers", () => {
  test("are in [low, high), and fill it evenly", () => {
    const random = new Random("uniform");
    const counts = new Array<number>(16).fill(0);
    const values = take(16_000, () => random.uniform(-2, 6));
    for (const value of values) counts[Math.floor((value + 2) * 2)]!++;
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...values)).toBeLessThan(6);
    // 15 degrees of freedom: more than 44.3 once in ten thousand.
    expect(chiSquare(counts)).toBeLessThan(44.3);
  });

  test("take all 32 bits", () => {
    const random = new Random("resolution");
    const bits = new Random("resolution");
    expect(take(100, () => random.uniform())).toEqual(take(100, () => bits.bits() / 2 ** 32));
  });
});

describe("whole numbers", () => {
  test.each([
    [0, 1],
    [3, 9],
    [-4, 4],
    [7, 7],
  ])("from %i to %i include both ends, and nothing else, evenly", (low, high) => {
    const random = new Random("integer", low, high);
    const counts = new Array<number>(high - low + 1).fill(0);
    for (const value of take(1000 * counts.length, () => random.integer(low, high))) counts[value - low]!++;
    // A number that is no index would be another key, and one outside the range another element.
    expect(Object.keys(counts)).toHaveLength(high - low + 1);
    // At most 8 degrees of freedom: more than 31.8 once in ten thousand.
    expect(chiSquare(counts)).toBeLessThan(31.8);
  });

  test("reach every 32-bit word", () => {
    const random = new Random("words");
    const bits = new Random("words");
    expect(take(100, () => random.integer(0, 2 ** 32 - 1))).toEqual(take(100, bitsOf(bits)));
  });
});

describe("normal numbers", () => {
  test("have the moments of the normal distribution", () => {
    const random = new Random("normal");
    const count = 40_000;
    const values = take(count, () => random.normal());
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / count;
    // The standard errors are √(1/n), √(2/n), √(15/n), √(96/n): five of each.
    expect(Math.abs(moment(1))).toBeLessThan(0.025);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.036);
    expect(Math.abs(moment(3))).toBeLessThan(0.1);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.25);
  });

  test("that come in pairs are not correlated", () => {
    const random = new Random("pairs");
    const products = take(20_000, () => random.normal() * random.normal());
    expect(Math.abs(products.reduce((sum, product) => sum + product, 0) / 20_000)).toBeLessThan(0.036);
  });

  test("are scaled and shifted, including the spare one of a pair", () => {
    const standard = new Random("scaled");
    const scaled = new Random("scaled");
    for (let count = 0; count < 10; count++) {
      const mean = 10 * count;
      expect(scaled.normal(mean, 3)).toBeCloseTo(mean + 3 * standard.normal(), 12);
    }
  });
});

test("picks every item, and only items", () => {
  const random = new Random("pick");
  expect(new Set(take(200, () => random.pick(["a", "b", "c"])))).toEqual(new Set(["a", "b", "c"]));
});

test("f32 tensors are generated in order, and rounded to f32", () => {
  const tensor = new Random("tensor").f32(5, (random, index) => index + random.uniform());
  expect(tensor).toBeInstanceOf(Float32Array);
  expect([...tensor].map(Math.floor)).toEqual([0, 1, 2, 3, 4]);
});

test("shuffles keep the items, do not change the original, and yield every order equally often", () => {
  const random = new Random("shuffle");
  const items = ["a", "b", "c"];
  const counts = new Map<string, number>();
  for (let count = 0; count < 6000; count++) {
    const order = random.shuffled(items).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(items).toEqual(["a", "b", "c"]);
  expect([...counts.keys()].sort()).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"]);
  // 5 degrees of freedom: more than 25.7 once in ten thousand.
  expect(chiSquare([...counts.values()])).toBeLessThan(25.7);
});
