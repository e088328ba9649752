import { expect, test } from "vitest";
import type { Estimates } from "../../reference/oracle.ts";
import { relativeError } from "./compare.ts";

/** Four units of two elements, of which the oracle evaluated units 1 and 3. */
const UNITS = [1, 3];
const SIZES = { y: 8 };
const estimates: Estimates = { y: { expected: Float64Array.of(3, 4, -3, 4), bound: new Float64Array(4) } };
const right = [0, 0, 3, 4, 0, 0, -3, 4];
const withElement = (at: number, value: number) => right.map((own, index) => (index === at ? value : own));

test("only the units that the oracle evaluated count", () => {
  expect(relativeError({ y: right }, estimates, SIZES, UNITS)).toBe(0);
  expect(relativeError({ y: withElement(0, 99) }, estimates, SIZES, UNITS)).toBe(0);
});

test("an error is a share of the output's root mean square", () => {
  expect(relativeError({ y: withElement(6, -2) }, estimates, SIZES, UNITS)).toBeCloseTo(1 / Math.sqrt(12.5), 12);
});

test("the worst output counts", () => {
  const both = { ...estimates, z: { expected: Float64Array.of(100, 100), bound: new Float64Array(2) } };
  const outputs = { y: withElement(6, -2), z: [0, 101, 0, 100] };
  expect(relativeError(outputs, both, { y: 8, z: 4 }, UNITS)).toBeCloseTo(1 / Math.sqrt(12.5), 12);
});

test("a choice that may go either way is no error", () => {
  const either: Estimates = { y: { ...estimates.y!, others: new Map([[2, [[7, 7]]]]) } };
  expect(relativeError({ y: withElement(6, 7) }, either, SIZES, UNITS)).toBe(0);
  expect(relativeError({ y: withElement(6, 6) }, either, SIZES, UNITS)).toBeGreaterThan(1);
});

test.each([
  ["a missing output", {}],
  ["an output of another size", { y: right.slice(1) }],
  ["NaN", { y: withElement(2, Number.NaN) }],
  ["infinity", { y: withElement(7, Number.POSITIVE_INFINITY) }],
])("%s has no relative error", (_, outputs) => {
  expect(relativeError(outputs, estimates, SIZES, UNITS)).toBeNull();
});
