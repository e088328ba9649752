import { expect, test } from "vitest";
import { evaluate } from "../../../reference/oracle.ts";
import task from "./task.ts";

/** The loss of one pair of answers of a token each, whose margin is `chosen - rejected`. */
function loss(chosen: number, rejected: number, beta = 1) {
  const inputs = {
    policy_chosen: Float32Array.of(chosen, 1e30),
    policy_rejected: Float32Array.of(rejected, -1e30),
    reference_chosen: Float32Array.of(0, -1e30),
    reference_rejected: Float32Array.of(0, 1e30),
    chosen_lengths: Uint32Array.of(1),
    rejected_lengths: Uint32Array.of(1),
  };
  const problem = { shape: { n: 1, tokens: 2 }, params: { beta }, inputs };
  const { expected, bound } = evaluate(task.oracle, problem, { loss: 1 }).loss!;
  return { expected: expected[0]!, bound: bound[0]! };
}

test("a margin of -80 costs 80, and one of 80 a number that no f32 sum with 1 holds", () => {
  expect(loss(-80, 0).expected).toBeCloseTo(80, 12);
  expect(loss(0, -80).expected / Math.exp(-80)).toBeCloseTo(1, 12);
  expect(loss(-90, -10, 2).expected).toBeCloseTo(160, 12);
});

test("the bound is small next to a loss of 80, and admits 0 for the smallest losses", () => {
  expect(loss(-80, 0).bound).toBeLessThan(1e-3);
  const { expected, bound } = loss(0, -80);
  expect(bound).toBeGreaterThanOrEqual(expected);
  expect(bound).toBeLessThan(1e-4);
});

test("without a margin it is log(2), whatever stands behind the ends of the answers", () => {
  expect(loss(-3, -3).expected).toBeCloseTo(Math.LN2, 12);
});
