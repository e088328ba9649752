import { expect, it } from "vitest";
import { sameBits } from "./judge-case.ts";

const outputs = (...y: number[]) => ({ y: new Float32Array(y) });

it("outputs are the same only if their bits are", () => {
  expect(sameBits(outputs(1, Number.NaN), outputs(1, Number.NaN))).toBe(true);
  expect(sameBits(outputs(1, 0), outputs(1, -0))).toBe(false);
  expect(sameBits(outputs(1), outputs(1, 2))).toBe(false);
  expect(sameBits({ a: new Float32Array(1), ...outputs(2) }, { a: new Float32Array(1), ...outputs(3) })).toBe(false);
});

it("only an output's own part of a buffer counts", () => {
  const all = new Float32Array([1, 2, 3, 2]);
  expect(sameBits({ y: all.subarray(1, 2) }, { y: all.subarray(3) })).toBe(true);
  expect(sameBits({ y: all.subarray(1, 2) }, { y: all.subarray(2, 3) })).toBe(false);
});
