import { expect, test } from "vitest";
import task from "../kernels/softmax/softmax/task.ts";
import { evaluate } from "./oracle.ts";
import { Random } from "./random.ts";

const f = Math.fround;

function estimate(x: ArrayLike<number>, rows: number) {
  const shape = { rows, cols: x.length / rows };
  return evaluate(task.oracle, { shape, params: {}, inputs: { x: Float32Array.from(x) } }, { y: x.length }).y!;
}

/** Softmax in f32 arithmetic, rounded to nearest, with a choice of the sum's order and the quotient's form. */
const HONEST: Record<string, (x: Float32Array) => Float32Array> = {
  "in sequence": (x) => {
    const m = x.reduce((a, b) => Math.max(a, b));
    const sum = x.reduce((total, value) => f(total + f(Math.exp(f(value - m)))), 0);
    return x.map((value) => f(Math.exp(f(value - m))) / sum);
  },
  online: (x) => {
    let m = x[0]!;
    let sum = 0;
    for (const value of x) {
      const larger = Math.max(m, value);
      sum = f(f(sum * f(Math.exp(f(m - larger)))) + f(Math.exp(f(value - larger))));
      m = larger;
    }
    const scale = f(1 / sum);
    return x.map((value) => f(Math.exp(f(value - m))) * scale);
  },
  "exp2 of products": (x) => {
    const log2e = f(Math.LOG2E);
    const m = f(x.reduce((a, b) => Math.max(a, b)) * log2e);
    const power = (value: number) => f(2 ** f(f(value * log2e) - m));
    const sum = x.reduceRight((total, value) => f(total + power(value)), 0);
    return x.map((value) => power(value) / sum);
  },
  "through the logarithm of the sum": (x) => {
    const m = x.reduce((a, b) => Math.max(a, b));
    const sum = x.reduce((total, value) => f(total + f(Math.exp(f(value - m)))), 0);
    const logSumExp = f(m + f(Math.log(sum)));
    return x.map((value) => Math.exp(f(value - logSumExp)));
  },
};

test.each(Object.keys(HONEST))("the bound admits f32 arithmetic %s, and is tight somewhere", (name) => {
  const random = new Random("softmax bound", name);
  let largest = 0;
  for (let trial = 0; trial < 200; trial++) {
    const offset = trial % 4 === 0 ? 10_000 : trial % 4 === 1 ? -50 : 0;
    const x = random.f32(random.integer(1, 40), () => random.normal(offset, random.pick([0.1, 2, 30])));
    const { expected, bound } = estimate(x, 1);
    HONEST[name]!(x).forEach((value, c) => {
      largest = Math.max(largest, Math.abs(value - expected[c]!) / bound[c]!);
    });
  }
  expect(largest).toBeLessThan(0.8);
  expect(largest).toBeGreaterThan(0.02);
});

test("the bound is relative, and refuses zeros, equal shares and copies of the input", () => {
  const x = new Random("relative").f32(64, (random) => random.normal(1, 2));
  const { expected, bound } = estimate(x, 1);
  expected.forEach((value, c) => {
    expect(bound[c]).toBeLessThan(2e-4 * value);
  });
});

test("masked entries have probability 0 and a finite bound", () => {
  for (const masked of [-1e30, Number.NEGATIVE_INFINITY]) {
    const { expected, bound } = estimate([masked, 1, 2, masked], 1);
    expect(expected[0]).toBe(0);
    expect(bound[0]! / 2 ** -126).toBeCloseTo(1, 5);
    expect(expected[1]! + expected[2]!).toBeCloseTo(1, 15);
    expect(bound[1]).toBeLessThan(1e-5);
  }
});
