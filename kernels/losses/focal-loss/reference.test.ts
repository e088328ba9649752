import { expect, test } from "vitest";
import { evaluate } from "../../../reference/oracle.ts";
import task from "./task.ts";

/** The loss of one row whose target is class 0. */
function loss(gamma: number, ...logits: number[]) {
  const shape = { n: 1, classes: logits.length };
  const inputs = { logits: Float32Array.from(logits), targets: Uint32Array.of(0) };
  const { expected, bound } = evaluate(task.oracle, { shape, params: { gamma }, inputs }, { loss: 1 }).loss!;
  return { expected: expected[0]!, bound: bound[0]! };
}

test("a sure and correct prediction keeps its digits, where 1 - p has none in an f32", () => {
  // 1 - p is e⁻²⁰ / (1 + e⁻²⁰), and -log(p) is log(1 + e⁻²⁰).
  const miss = Math.exp(-20) / (1 + Math.exp(-20));
  const { expected } = loss(1, 20, 0);
  // The logarithm of the sum is 20 and a little more: float64 keeps six digits of the rest.
  expect(expected / (miss * Math.log1p(Math.exp(-20)))).toBeCloseTo(1, 5);
});

test("1 - p may be computed by subtraction, which costs an error of a rounding of p", () => {
  const { expected, bound } = loss(1, 9, 0);
  const rounded = Math.fround(1 / (1 + Math.exp(-9)));
  const bySubtraction = (1 - rounded) * Math.log1p(Math.exp(-9));
  expect(Math.abs(bySubtraction - expected)).toBeLessThanOrEqual(bound);
  expect(bound).toBeLessThan(0.2 * expected);
});

test("a sure and wrong prediction costs the difference of the logits", () => {
  expect(loss(2, -5000, 5000).expected).toBe(10_000);
});

test("gamma = 0 gives the cross-entropy for every p, also where 1 - p is 0", () => {
  expect(loss(0, 0, 0).expected).toBeCloseTo(Math.LN2, 14);
  expect(loss(0, 5000, -5000).expected).toBe(0);
  expect(loss(0, 3).expected).toBe(0);
});
