import { expect, test } from "vitest";
import task from "../kernels/softmax/cross-entropy/task.ts";
import { evaluate } from "./oracle.ts";
import { Random } from "./random.ts";

const f = Math.fround;

function estimate(logits: ArrayLike<number>, targets: readonly number[], smoothing: number) {
  const shape = { rows: targets.length, classes: logits.length / targets.length };
  const inputs = { logits: Float32Array.from(logits), targets: Uint32Array.from(targets) };
  return evaluate(task.oracle, { shape, params: { smoothing }, inputs }, { loss: targets.length }).loss!;
}

test("a loss near 0 keeps its precision in float64", () => {
  const { expected } = estimate([20, 0, 0], [0], 0);
  expect(expected[0]! / Math.log1p(2 * Math.exp(-20))).toBeCloseTo(1, 2);
  expect(estimate([10_000, 9_990], [0], 0).expected[0]! / Math.log1p(Math.exp(-10))).toBeCloseTo(1, 7);
});

/** The loss of one row in f32 arithmetic, rounded to nearest. */
const HONEST: Record<string, (z: Float32Array, target: number, smoothing: number) => number> = {
  "as the formula says": (z, target, smoothing) => {
    const lse = logSumExp(z);
    const mean = f(z.reduce((total, value) => f(total + f(lse - value)), 0) / z.length);
    return f(f(f(1 - smoothing) * f(lse - z[target]!)) + f(smoothing * mean));
  },
  "with one sum of weighted terms": (z, target, smoothing) => {
    const lse = logSumExp(z);
    const each = f(smoothing / z.length);
    const own = f(f(1 - smoothing) + each);
    return z.reduce((total, value, c) => f(total + f((c === target ? own : each) * f(lse - value))), 0);
  },
  "with the mean of the logits": (z, target, smoothing) => {
    const mean = f(z.reduceRight((total, value) => f(total + value), 0) / z.length);
    return f(f(logSumExp(z) - f(f(1 - smoothing) * z[target]!)) - f(smoothing * mean));
  },
  "in base 2": (z, target, smoothing) => {
    const inBase2 = z.map((value) => value * f(Math.LOG2E));
    const m = inBase2.reduce((a, b) => Math.max(a, b));
    const lse = f(m + f(Math.log2(inBase2.reduce((total, value) => f(total + f(2 ** f(value - m))), 0))));
    const mean = f(inBase2.reduce((total, value) => f(total + value), 0) / z.length);
    const loss = f(f(f(1 - smoothing) * f(lse - inBase2[target]!)) + f(smoothing * f(lse - mean)));
    return f(loss * f(Math.LN2));
  },
};

function logSumExp(z: Float32Array): number {
  const m = z.reduce((a, b) => Math.max(a, b));
  return f(m + f(Math.log(z.reduce((total, value) => f(total + f(Math.exp(f(value - m)))), 0))));
}

test.each(Object.keys(HONEST))("the bound admits f32 arithmetic %s, and is tight somewhere", (name) => {
  const random = new Random("cross-entropy bound", name);
  let largest = 0;
  for (let trial = 0; trial < 400; trial++) {
    const offset = trial % 4 === 0 ? 10_000 : trial % 4 === 1 ? -50 : 0;
    const z = random.f32(random.integer(1, 40), () => random.normal(offset, random.pick([0.1, 2, 30])));
    const target = random.integer(0, z.length - 1);
    const smoothing = f(random.pick([0, 0.1, 0.5, 1]));
    const { expected, bound } = estimate(z, [target], smoothing);
    largest = Math.max(largest, Math.abs(HONEST[name]!(z, target, smoothing) - expected[0]!) / bound[0]!);
  }
  expect(largest).toBeLessThan(0.8);
  expect(largest).toBeGreaterThan(0.02);
});

test("without smoothing, masked logits change neither the value nor the bound of a loss", () => {
  const { expected, bound } = estimate([1, -1e30, 2], [0], 0);
  expect(expected[0]).toBeCloseTo(Math.log(1 + Math.E), 12);
  expect(bound[0]).toBeLessThan(1e-5);
});
