import { expect, test } from "vitest";
import { evaluate } from "../../../reference/oracle.ts";
import gelu from "./task.ts";

function reference(...x: number[]) {
  const problem = { shape: { size: x.length }, params: {}, inputs: { x: Float32Array.from(x) } };
  return evaluate(gelu.oracle, problem, { y: x.length }).y!;
}

test("far from zero, y is x times the tail of the normal distribution, not tanh's", () => {
  const { expected } = reference(-5, 5, -10, 0);
  expect(expected[0]! / -1.4332578593959695e-6).toBeCloseTo(1, 12);
  expect(expected[1]! / (5 - 1.4332578593959695e-6)).toBeCloseTo(1, 15);
  expect(expected[2]! / (-10 * 7.619853024160527e-24)).toBeCloseTo(1, 12);
  expect(expected[3]).toBe(0);
});

test("an error of 1e-6 of Φ is within the bound, and the approximation by tanh is outside of it where it is worst", () => {
  const x = [-4, -2.2, -0.5, 0.5, 2.2, 4];
  const { expected, bound } = reference(...x);
  x.forEach((value, i) => {
    expect(bound[i]).toBeGreaterThan(1e-6 * Math.abs(value));
    expect(bound[i]).toBeLessThan(1.5e-6 * Math.abs(value));
    const byTanh = (value / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3)));
    expect(Math.abs(byTanh - expected[i]!)).toBeGreaterThan(10 * bound[i]!);
  });
});
