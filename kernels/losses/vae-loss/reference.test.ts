import { expect, test } from "vitest";
import { evaluate } from "../../../reference/oracle.ts";
import task from "./task.ts";

/** The loss of one row with a latent variable of the standard normal distribution, which adds nothing. */
function loss(x: number, logit: number, beta = 1, mu = 0, logvar = 0) {
  const inputs = Object.fromEntries(
    Object.entries({ x, logits: logit, mu, logvar }).map(([name, value]) => [name, Float32Array.of(value)]),
  );
  const problem = { shape: { n: 1, d: 1, latent: 1 }, params: { beta }, inputs };
  const { expected, bound } = evaluate(task.oracle, problem, { loss: 1 }).loss!;
  return { expected: expected[0]!, bound: bound[0]! };
}

test.each([80, 200])(
  "logits of ±%i cost nothing where they are correct, and their magnitude where they are wrong",
  (z) => {
    expect(loss(1, z).expected).toBeCloseTo(Math.log1p(Math.exp(-z)), 14);
    expect(loss(0, -z).expected).toBeCloseTo(Math.log1p(Math.exp(-z)), 14);
    expect(loss(0, z).expected).toBeCloseTo(z, 12);
    expect(loss(1, -z).expected).toBeCloseTo(z, 12);
    for (const [x, logit] of [
      [0, z],
      [1, z],
      [0.5, -z],
    ] as const) {
      expect(loss(x, logit).bound).toBeLessThan(1e-4 * z);
    }
  },
);

test("the divergence of a normal distribution is weighted by beta", () => {
  expect(loss(1, 200, 4, 3, 0).expected).toBeCloseTo(4 * 4.5, 12);
  expect(loss(1, 200, 1, 0, 2).expected).toBeCloseTo((Math.exp(2) - 3) / 2, 12);
});
