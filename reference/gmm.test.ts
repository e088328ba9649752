import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import gmmEStepTask from "../kernels/gmm/gmm-e-step/task.ts";
import { expectation, maximization } from "./gaussian-mixture.ts";
import { gmmMStep } from "./gmm-m-step.ts";
import { EXACT, MonteCarloArithmetic } from "./monte-carlo-arithmetic.ts";
import { evaluate, type Oracle, type Problem } from "./oracle.ts";
import { Random } from "./random.ts";

const { oracle: gmmEStep } = gmmEStepTask;

type AnyOracle = Oracle<string, string>;

const STEPS = {
  "gmm-e-step": gmmEStep as AnyOracle,
  "gmm-m-step": gmmMStep as AnyOracle,
};

function goldenCase(name: string): { problem: Problem; outputs: Record<string, number[]> } {
  const { shape, params, inputs, outputs } = JSON.parse(
    readFileSync(new URL(`./golden/${name}.json`, import.meta.url), "utf8"),
  );
  const tensors = Object.entries<number[]>(inputs).map(([tensor, values]) => [tensor, Float32Array.from(values)]);
  return { problem: { shape, params, inputs: Object.fromEntries(tensors) }, outputs };
}

const GOLDEN = Object.entries(STEPS).flatMap(([task, oracle]) =>
  [0, 1].map((index) => ({ name: `${task}-${index}`, oracle })),
);

describe("the steps agree with the golden vectors", () => {
  test.each(GOLDEN)("$name", ({ name, oracle }) => {
    const { problem, outputs } = goldenCase(name);
    const sizes = Object.fromEntries(Object.entries(outputs).map(([output, values]) => [output, values.length]));
    const estimates = evaluate(oracle, problem, sizes);
    for (const [output, values] of Object.entries(outputs)) {
      const { expected, bound } = estimates[output]!;
      values.forEach((value, element) => {
        const scale = Math.max(Math.abs(value), 1e-300);
        expect(Math.abs(expected[element]! - value) / scale).toBeLessThan(1e-12);
        expect(bound[element]).toBeGreaterThan(0);
        expect(bound[element]).toBeLessThan(1e-3);
      });
    }
  });
});

/** A mixture of overlapping clusters around `offset`, with `n` points. */
function drawProblem(random: Random, n: number, d: number, k: number, offset: number) {
  const x = random.f32(n * d, () => random.normal(offset, 1.5));
  const shares = random.f32(n * k, () => Math.exp(random.normal(0, 2)));
  const responsibilities = shares.map((share, at) => {
    const start = at - (at % k);
    return share / shares.subarray(start, start + k).reduce((sum, value) => sum + value, 0);
  });
  const weights = random.f32(k, () => random.uniform(0.3, 1) / k);
  const means = random.f32(k * d, () => random.normal(offset, 1));
  const factors = random.f32(k * d * d, (_, at) => {
    const [row, column] = [Math.floor(at / d) % d, at % d];
    return row > column ? 0 : row === column ? random.uniform(0.5, 2) : random.normal(0, 0.3);
  });
  return { shape: { n, d, k }, x, responsibilities, weights, means, factors };
}

describe("the closed bounds admit Monte Carlo arithmetic, and are tight somewhere", () => {
  const shapes = [
    [1, 1, 1, 4],
    [40, 2, 3, 4],
    [300, 1, 2, 10],
    [30, 9, 4, 2],
    [10, 1, 200, 0],
  ] as const;

  test.each(shapes)("E-step with n=%i d=%i k=%i around %i", (n, d, k, offset) => {
    const random = new Random("E-step", n, d, k);
    const { shape, x, weights, means, factors } = drawProblem(random, n, d, k, offset);
    const inputs = { x, weights, means, precision_cholesky: factors };
    const sizes = { responsibilities: n * k, log_likelihood: n };
    const { responsibilities, log_likelihood } = evaluate(gmmEStep, { shape, params: {}, inputs }, sizes);
    let largest = 0;
    for (let run = 0; run < 16; run++) {
      const got = expectation(new MonteCarloArithmetic(new Random(run)), shape, x, { weights, means }, factors);
      largest = Math.max(largest, largestShare(got.responsibilities, responsibilities!));
      largest = Math.max(largest, largestShare(got.logLikelihood, log_likelihood!));
    }
    expect(largest).toBeLessThan(1);
    expect(largest).toBeGreaterThan(0.01);
  });

  test.each(shapes)("M-step with n=%i d=%i k=%i around %i", (n, d, k, offset) => {
    const random = new Random("M-step", n, d, k);
    const { shape, x, responsibilities } = drawProblem(random, n, d, k, offset);
    const problem = { shape, params: { reg_covar: 0.01 }, inputs: { x, responsibilities } };
    const estimates = evaluate(gmmMStep, problem, { weights: k, means: k * d, covariances: k * d * d });
    let largest = 0;
    for (let run = 0; run < 16; run++) {
      const got = maximization(new MonteCarloArithmetic(new Random(run)), shape, x, responsibilities, 0.01);
      largest = Math.max(largest, largestShare(got.weights, estimates.weights!));
      largest = Math.max(largest, largestShare(got.means, estimates.means!));
      largest = Math.max(largest, largestShare(got.covariances, estimates.covariances!));
    }
    expect(largest).toBeLessThan(1);
    expect(largest).toBeGreaterThan(0.01);
  });
});

function largestShare(got: ArrayLike<number>, { expected, bound }: { expected: Float64Array; bound: Float64Array }) {
  return expected.reduce((most, value, at) => Math.max(most, Math.abs(got[at]! - value) / bound[at]!), 0);
}

test("the two ways to write the steps agree in float64", () => {
  const { shape, x, weights, means, factors, responsibilities } = drawProblem(new Random("steps"), 50, 4, 3, 3);
  const eStep = expectation(EXACT, shape, x, { weights, means }, factors);
  const inputs = { x, weights, means, precision_cholesky: factors };
  const e = evaluate(gmmEStep, { shape, params: {}, inputs }, { responsibilities: 150, log_likelihood: 50 });
  eStep.responsibilities.forEach((value, at) => {
    expect(value).toBeCloseTo(e.responsibilities!.expected[at]!, 12);
  });
  const mStep = maximization(EXACT, shape, x, responsibilities, 0.25);
  const problem = { shape, params: { reg_covar: 0.25 }, inputs: { x, responsibilities } };
  const m = evaluate(gmmMStep, problem, { weights: 3, means: 12, covariances: 48 });
  Array.from(mStep.covariances).forEach((value, at) => {
    expect(value).toBeCloseTo(m.covariances!.expected[at]!, 12);
  });
});

test("a component without points gets mean 0 and covariance reg_covar·I", () => {
  const inputs = { x: Float32Array.of(3, 4, 5, 6), responsibilities: Float32Array.of(1, 0, 1, 0) };
  const problem = { shape: { n: 2, d: 2, k: 2 }, params: { reg_covar: 0.5 }, inputs };
  const { means, covariances, weights } = evaluate(gmmMStep, problem, { weights: 2, means: 4, covariances: 8 });
  expect([...means!.expected.slice(2)]).toEqual([0, 0]);
  expect([...covariances!.expected.slice(4)]).toEqual([0.5, 0, 0, 0.5]);
  expect(weights!.expected[1]).toBe(5 * Number.EPSILON);
  expect(Math.max(...means!.bound.slice(2), ...covariances!.bound.slice(4))).toBeLessThan(1e-6);
});

test("points far from every component have finite bounds", () => {
  const inputs = {
    x: Float32Array.of(1000),
    weights: Float32Array.of(0.25, 0.75),
    means: Float32Array.of(0, 1),
    precision_cholesky: Float32Array.of(1, 1),
  };
  const problem = { shape: { n: 1, d: 1, k: 2 }, params: {}, inputs };
  const { responsibilities, log_likelihood } = evaluate(gmmEStep, problem, { responsibilities: 2, log_likelihood: 1 });
  expect(responsibilities!.expected[1]).toBe(1);
  expect(responsibilities!.bound[0]! / 2 ** -126).toBeCloseTo(1, 5);
  expect(log_likelihood!.bound[0]).toBeLessThan(3);
});
