import { expect, it } from "vitest";
import { durationsOf } from "./pass-timestamps.ts";

it("gives no duration if timestamps stand still or run backwards", () => {
  expect(durationsOf(new BigUint64Array([10n, 14n, 20n, 20n, 40n, 30n]))).toEqual([4, undefined, undefined]);
  // The difference of two numbers that are too large for a double.
  expect(durationsOf(new BigUint64Array([2n ** 63n, 2n ** 63n + 1n]))).toEqual([1]);
});
