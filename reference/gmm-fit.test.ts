import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { choleskyFactor, invertedTranspose } from "./cholesky.ts";
import { fitMixture, type Mixture } from "./gaussian-mixture.ts";
import { gmmFit } from "./gmm-fit.ts";
import { EXACT, MonteCarloArithmetic } from "./monte-carlo-arithmetic.ts";
import { evaluate } from "./oracle.ts";
import { Random } from "./random.ts";
import { ULP } from "./rounding.ts";

function sizesOf({ d, k }: { d: number; k: number }) {
  return { weights_out: k, means_out: k * d, covariances_out: k * d * d, mean_log_likelihood: 1 };
}

describe("gmm-fit agrees with the golden vectors", () => {
  test.each([0, 1])("gmm-fit-%i", (index) => {
    const golden = JSON.parse(readFileSync(new URL(`./golden/gmm-fit-${index}.json`, import.meta.url), "utf8"));
    const inputs = Object.fromEntries(
      Object.entries<number[]>(golden.inputs).map(([tensor, values]) => [tensor, Float32Array.from(values)]),
    );
    const { shape, params } = golden;
    const estimates = evaluate(gmmFit, { shape, params, inputs }, sizesOf(shape));
    for (const [name, values] of Object.entries<number[]>(golden.outputs)) {
      const { expected, bound } = estimates[name]!;
      values.forEach((value, element) => {
        expect(Math.abs(expected[element]! - value) / Math.max(Math.abs(value), 1e-300)).toBeLessThan(
          gmmFit.goldenTolerance!,
        );
        expect(bound[element]).toBeGreaterThan(0);
        expect(bound[element]).toBeLessThan(0.02);
      });
    }
  });
});

/** Two clusters around (3, 1) and (-1, 2), and parameters near them. */
function twoClusters(n: number) {
  const random = new Random("two clusters", n);
  const x = new Float32Array(2 * n);
  for (let point = 0; point < n; point++) {
    const isFirst = random.uniform() < 0.4;
    x[2 * point] = random.normal(isFirst ? 3 : -1, 0.8);
    x[2 * point + 1] = random.normal(isFirst ? 1 : 2, 0.6);
  }
  const initial = {
    weights: Float32Array.of(0.5, 0.5),
    means: Float32Array.of(2.5, 1.25, -0.5, 1.75),
    covariances: Float32Array.of(1, 0.25, 0.25, 1, 1, 0, 0, 1),
  } satisfies Mixture;
  return { shape: { n, d: 2, k: 2 }, x, initial };
}

test("the bound admits other fits in Monte Carlo arithmetic, with a moderate margin", () => {
  const { shape, x, initial } = twoClusters(60);
  const problem = {
    shape,
    params: { reg_covar: 0.0625, iterations: 4 },
    inputs: { x, ...initial },
  };
  const { weights_out, means_out, covariances_out, mean_log_likelihood } = evaluate(gmmFit, problem, sizesOf(shape));
  const share = (got: ArrayLike<number>, { expected, bound }: { expected: Float64Array; bound: Float64Array }) =>
    expected.reduce((most, value, at) => Math.max(most, Math.abs(got[at]! - value) / bound[at]!), 0);
  let largest = 0;
  for (let run = 0; run < 200; run++) {
    const arithmetic = new MonteCarloArithmetic(new Random("another run", run));
    const got = fitMixture(arithmetic, shape, x, initial, { regCovar: 0.0625, iterations: 4 });
    largest = Math.max(
      largest,
      share(got.weights, weights_out!),
      share(got.means, means_out!),
      share(got.covariances, covariances_out!),
      share([got.meanLogLikelihood], mean_log_likelihood!),
    );
  }
  expect(largest).toBeLessThan(0.5);
  expect(largest).toBeGreaterThan(0.02);
});

test("each round of a fit raises the likelihood, and the bound of a problem is reproducible", () => {
  const { shape, x, initial } = twoClusters(200);
  const after = (iterations: number) => fitMixture(EXACT, shape, x, initial, { regCovar: 2 ** -20, iterations });
  for (let rounds = 0; rounds < 5; rounds++) {
    expect(after(rounds + 1).meanLogLikelihood).toBeGreaterThan(after(rounds).meanLogLikelihood);
  }
  const inputs = { x, ...initial };
  const problem = { shape, params: { reg_covar: 0.0625, iterations: 1 }, inputs };
  expect(evaluate(gmmFit, problem, sizesOf(shape))).toEqual(evaluate(gmmFit, problem, sizesOf(shape)));
});

test("covariances that are not positive definite are refused, not judged", () => {
  const { shape, x, initial } = twoClusters(20);
  const inputs = { x, ...initial, covariances: Float32Array.of(1, 2, 2, 1, 1, 0, 0, 1) };
  const problem = { shape, params: { reg_covar: 0.0625, iterations: 1 }, inputs };
  expect(() => evaluate(gmmFit, problem, sizesOf(shape))).toThrow("breaks down");
});

test("L·Lᵀ is the matrix, and P·Pᵀ its inverse", () => {
  const size = 5;
  const random = new Random("matrix");
  const root = Float64Array.from({ length: size * size }, () => random.normal());
  const matrix = Float64Array.from({ length: size * size }, (_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    const dot = Array.from({ length: size }, (_, c) => root[i * size + c]! * root[j * size + c]!);
    return dot.reduce((a, b) => a + b) + (i === j ? 1 : 0);
  });
  const lower = choleskyFactor(EXACT, matrix, 0, size);
  const upper = invertedTranspose(EXACT, lower, size);
  const product = (a: (i: number, c: number) => number, b: (c: number, j: number) => number, i: number, j: number) =>
    Array.from({ length: size }, (_, c) => a(i, c) * b(c, j)).reduce((x, y) => x + y);
  const L = (i: number, j: number) => lower[i * size + j]!;
  const P = (i: number, j: number) => upper[i * size + j]!;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      expect(product(L, (c, column) => L(column, c), i, j)).toBeCloseTo(matrix[i * size + j]!, 12);
      const inverse = (c: number, column: number) => product(P, (a, b) => P(b, a), c, column);
      expect(product((row, c) => matrix[row * size + c]!, inverse, i, j)).toBeCloseTo(i === j ? 1 : 0, 12);
      if (i > j) expect(P(i, j)).toBe(0);
      if (i < j) expect(L(i, j)).toBe(0);
    }
  }
});

test("Monte Carlo arithmetic returns both neighbours of a number, and keeps f32 values", () => {
  const arithmetic = new MonteCarloArithmetic(new Random("neighbours"));
  const exp = (value: number) => {
    const values = Float64Array.of(value);
    arithmetic.expAll(values);
    return values[0]!;
  };
  for (const value of [1.00000003, -1.00000003, 1 / 3, -1e-30 / 3, 16_777_217]) {
    const nearest = Math.fround(value);
    const results = new Set(Array.from({ length: 100 }, () => arithmetic.round(value)));
    expect(results.size).toBe(2);
    expect(results).toContain(nearest);
    for (const result of results) {
      expect(Math.fround(result)).toBe(result);
      expect(Math.abs(result - value)).toBeLessThanOrEqual(Math.abs(value) * ULP);
    }
    expect(Math.min(...results)).toBeLessThan(value);
    expect(Math.max(...results)).toBeGreaterThan(value);
  }
  for (const value of [0, 1, -2.5, 0.1875]) expect(arithmetic.round(value)).toBe(value);
  expect(arithmetic.round(1e-40)).toBe(0);
  expect(exp(-200)).toBe(0);
  for (const [got, wanted] of [
    [arithmetic.divide(2, 3), 2 / 3],
    [exp(2), Math.exp(2)],
    [arithmetic.log(7), Math.log(7)],
    [arithmetic.sqrt(3), Math.sqrt(3)],
  ] as const) {
    expect(got).not.toBe(wanted);
    expect(Math.abs(got / wanted - 1)).toBeLessThan(20 * ULP);
  }
});
