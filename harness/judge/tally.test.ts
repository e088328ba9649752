import { describe, expect, it } from "vitest";
import { Tally } from "./tally.ts";

const estimate = (expected: number[], bound: number) => ({
  expected: Float64Array.from(expected),
  bound: new Float64Array(expected.length).fill(bound),
});

function compare(got: number[], expected: number[], bound: number, poison: number[] = []): [Tally, number[]] {
  const tally = new Tally();
  const wrong: number[] = [];
  const words = new Uint32Array(Float32Array.from(got.map((_, index) => poison[index] ?? -99)).buffer);
  tally.add(Float32Array.from(got), estimate(expected, bound), [0], words, (element) => wrong.push(element));
  return [tally, wrong];
}

describe("comparing with an oracle", () => {
  it("accepts an error equal to the bound, and none beyond it", () => {
    const [tally, wrong] = compare([1.5, 2.5, 3.75], [1, 2, 3], 0.5);
    expect(wrong).toEqual([2]);
    expect(tally.largestShare).toBe(1);
    expect(tally.worst).toMatchObject({ element: 2, expected: 3, got: 3.75, excess: 1.5 });
  });

  it("never accepts NaN or infinity", () => {
    const [tally, wrong] = compare([Number.NaN, Number.POSITIVE_INFINITY, 1], [1, 1, 1], 1e30);
    expect(wrong).toEqual([0, 1]);
    expect(tally.worst!.excess).toBe(Number.POSITIVE_INFINITY);
  });

  it("distinguishes wrong elements that were never written from those that were", () => {
    const [tally] = compare([7, 8, 1], [1, 1, 1], 0.1, [7, 9, 1]);
    expect(tally.wrong).toBe(2);
    expect(tally.neverWritten).toBe(1);
  });

  it("finds the given units in the whole output", () => {
    const tally = new Tally();
    const wrong: number[] = [];
    const got = Float32Array.from([1, 2, 30, 40, 5, 6]);
    tally.add(got, estimate([5, 6, 1, 2], 0.1), [2, 0], new Uint32Array(6), (element) => wrong.push(element));
    expect(wrong).toEqual([]);
    expect(tally.judged).toBe(4);
  });

  it("gives the root mean square of the errors as shares of the bound", () => {
    const [tally] = compare([1.3, 2.4], [1, 2], 1);
    expect(tally.rms).toBeCloseTo(Math.sqrt((0.3 ** 2 + 0.4 ** 2) / 2), 6);
  });
});

/** An output of u32 whose second element may be 3 or 7. */
function compareIntegers(...got: number[]): [Tally, number[]] {
  const tally = new Tally();
  const wrong: number[] = [];
  const expected = Float64Array.of(5, 3, 0);
  const others = new Map([[1, [[7, 7]] as const]]);
  tally.add(
    Uint32Array.from(got),
    { expected, bound: new Float64Array(3), others },
    [0],
    Uint32Array.of(9, 9, 9),
    (element) => wrong.push(element),
  );
  return [tally, wrong];
}

describe("comparing integers", () => {
  it("accepts equal ones, and no others", () => {
    expect(compareIntegers(5, 3, 0)[1]).toEqual([]);
    expect(compareIntegers(6, 3, 1)[1]).toEqual([0, 2]);
  });

  it("accepts every value of a choice that may go either way, and none between", () => {
    expect(compareIntegers(5, 7, 0)[1]).toEqual([]);
    const [tally, wrong] = compareIntegers(5, 4, 0);
    expect(wrong).toEqual([1]);
    expect(tally.first).toMatchObject({ expected: 3, got: 4, bound: 0, others: [[7, 7]] });
  });

  it("gives the largest difference as the worst, and no share of a bound", () => {
    const [tally] = compareIntegers(6, 3, 9);
    expect(tally.worst).toMatchObject({ element: 2, excess: 9 });
    expect(tally.neverWritten).toBe(1);
    expect(tally.largestShare).toBe(0);
  });
});

it("accepts a number within the error of another correct value, and counts its share of that error", () => {
  const other = {
    expected: Float64Array.of(1),
    bound: Float64Array.of(0.1),
    others: new Map([[0, [[1.8, 2.2]] as const]]),
  };
  const tally = new Tally();
  tally.add(Float32Array.of(2.1), other, [0], new Uint32Array(1), () => {});
  expect(tally.wrong).toBe(0);
  expect(tally.largestShare).toBeCloseTo(0.5, 6);
  tally.add(Float32Array.of(1.5), other, [0], new Uint32Array(1), () => {});
  expect(tally.wrong).toBe(1);
});
