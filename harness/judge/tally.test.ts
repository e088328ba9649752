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
