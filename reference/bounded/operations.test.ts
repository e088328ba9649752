import { describe, expect, test } from "vitest";
import * as b from "../bounded.ts";
import { MonteCarloArithmetic } from "../monte-carlo-arithmetic.ts";
import { Random } from "../random.ts";
import { MIN_NORMAL, ULP } from "../rounding.ts";
import { normalCdf } from "./erf.ts";

const rmsNorm = (x: b.Vector, gamma: b.Vector, eps: number) =>
  b.mul(b.mul(x, b.rsqrt(b.add(b.mean(b.square(x)), eps))), gamma);

describe("one function", () => {
  const x = new Random("rms norm").f32(64, (random) => random.normal(1, 2));
  const gamma = new Random("gamma").f32(64, (random) => random.normal());
  const exact = rmsNorm(b.float64(x), b.float64(gamma), 0.125);

  test("has the same values in float64 and with bounds", () => {
    const { values, errors } = rmsNorm(b.bounded(x), b.bounded(gamma), 0.125);
    expect(values).toEqual(exact.values);
    expect(errors!.every((error, i) => error > 0 && error < 100 * ULP * Math.abs(values[i]!))).toBe(true);
    expect(exact.errors).toBeUndefined();
  });

  test("is perturbed, within its bounds, in Monte Carlo arithmetic", () => {
    const { errors } = rmsNorm(b.bounded(x), b.bounded(gamma), 0.125);
    const noise = new MonteCarloArithmetic(new Random("noise"));
    const { values } = rmsNorm(b.perturbed(x, noise), b.perturbed(gamma, noise), 0.125);
    expect(values).not.toEqual(exact.values);
    values.forEach((value, i) => {
      expect(Math.abs(value - exact.values[i]!)).toBeLessThanOrEqual(errors![i]!);
    });
  });
});

describe("operands", () => {
  test("of one element go with any number of others, and other lengths do not", () => {
    expect(b.add(b.bounded([1, 2, 3]), b.bounded([10])).values).toEqual(Float64Array.of(11, 12, 13));
    expect(() => b.add(b.bounded([1, 2, 3]), b.bounded([1, 2]))).toThrow(
      "a vector of 3 elements does not go with one of 2",
    );
  });

  test("that no f32 holds are rounded, and subnormal ones may be flushed", () => {
    expect(b.bounded([0.5, 0.1, 2 ** -130]).errors).toEqual(Float64Array.of(0, 0.1 * ULP, 2 ** -130));
  });
});

test("results beyond the largest f32, quotients by tiny numbers, and results computed from them have no finite bound", () => {
  const overflow = b.exp(b.bounded([89]));
  expect(overflow.errors![0]).toBe(Number.POSITIVE_INFINITY);
  expect(b.mul(overflow, 0).errors![0]).toBe(Number.POSITIVE_INFINITY);
  expect(b.div(b.bounded([1]), b.bounded([2 ** -127])).errors![0]).toBe(Number.POSITIVE_INFINITY);
  const [one, almostOne] = [b.add(b.bounded([1]), 2 ** -24), b.bounded([1])];
  expect(b.log(b.sub(one, almostOne)).errors![0]).toBe(Number.POSITIVE_INFINITY);
});

describe("choices", () => {
  const vector = (value: number, error: number) => new b.Vector(Float64Array.of(value), Float64Array.of(error));
  const third = b.div(b.bounded([1]), 3);

  test("are certain if numbers differ by more than their errors", () => {
    expect(b.decide(third, 0.3)).toBe("greater");
    expect(b.decide(third, 0.34)).toBe("less");
    expect(b.decide(third, 1 / 3)).toBe("either");
    expect(b.decide(b.bounded([2]), 2)).toBe("equal");
  });

  test("that may go either way reach both results", () => {
    const branches = { less: b.bounded([1]), greater: b.bounded([5]) };
    expect(b.choose(third, 0.3, branches)).toEqual(vector(5, 0));
    expect(b.choose(third, 1 / 3, branches).errors![0]).toBe(4);
    expect(b.choose(b.bounded([2]), 2, { ...branches, equal: b.bounded([3]) }).values[0]).toBe(3);
    expect(b.anyOf(b.bounded([1]), b.bounded([1.5]))).toEqual(vector(1, 0.5));
  });

  test("of a mix: either end moved towards the other, from far away", () => {
    const [near, far, t] = [1.1, 4.9e7, 0.999].map(Math.fround) as [number, number, number];
    const exact = (1 - t) * far + t * near;
    const moved = Math.fround(far + Math.fround(t * Math.fround(near - far)));
    const { values, errors } = b.mix(b.bounded([far]), b.bounded([near]), b.bounded([t]));
    expect(values[0]).toBeCloseTo(exact, 6);
    expect(errors![0]).toBeGreaterThan(Math.abs(moved - exact));
    expect(errors![0]).toBeLessThan(32 * Math.abs(moved - exact));
  });

  test("of whole numbers: halves go to even ones, values near a half to either", () => {
    const halves = b.roundHalfEven(b.bounded([0.5, 1.5, 2.5, -2.5, -0.75]));
    expect([...halves.values]).toEqual([0, 2, 2, -2, -1]);
    expect([...halves.errors!]).toEqual([0, 0, 0, 0, 0]);
    const nearHalf = b.roundHalfEven(b.mul(third, 7.5));
    expect(nearHalf).toEqual(vector(2, 1));
    expect(b.floor(b.mul(third, 3)).errors![0]).toBe(1);
  });

  test("of the largest: the first of exact ties, any of those within their errors", () => {
    expect(b.largest(b.bounded([1, 3, 3, 2]))).toEqual([1]);
    expect(b.largest(b.concat(third, b.bounded([Math.fround(1 / 3), 0.2])))).toEqual([1, 0]);
  });
});

test.each<[name: string, of: (x: b.Vector) => b.Vector, value: (x: number) => number]>([
  ["sin", b.sin, Math.sin],
  ["cos", b.cos, Math.cos],
  ["relu", b.relu, (x) => Math.max(x, 0)],
  ["erf", b.erf, (x) => 2 * normalCdf(x * Math.SQRT2) - 1],
  ["sigmoidSlope", (x) => b.sigmoidSlope(b.sigmoid(x)), (x) => 1 / (2 + Math.exp(x) + Math.exp(-x))],
  ["logSigmoid", b.logSigmoid, (x) => -Math.log1p(Math.exp(-x))],
])("%s has its value, and a bound that says something", (_, of, value) => {
  const { values, errors } = of(b.bounded([-2, -0.25, 0.5, 3]));
  [-2, -0.25, 0.5, 3].forEach((x, i) => {
    expect(values[i]).toBeCloseTo(value(x), 12);
    expect(errors![i]).toBeLessThan(1e-3);
  });
});

test("the sigmoid's slope is flat where it is steepest: there an error of the value hardly moves it", () => {
  const [at0, at2] = b.sigmoidSlope(b.sigmoid(b.bounded([0, 2]))).errors!;
  expect(at0!).toBeLessThan(0.1 * at2!);
});

test("sums of exponentials, their logarithms and the smallest element agree", () => {
  const x = b.bounded([1, 2, 3]);
  expect(b.sumExp(x).values[0]).toBeCloseTo(Math.exp(1) + Math.exp(2) + Math.exp(3), 12);
  expect(b.log(b.sumExp(x)).values[0]).toBeCloseTo(b.logSumExp(x).values[0]!, 12);
  const shares = b.exp(b.logSoftmax(x)).values;
  b.softmax(x).values.forEach((share, i) => {
    expect(shares[i]).toBeCloseTo(share, 12);
  });
  expect(b.minimum(x).values[0]).toBe(1);
});

test.each([
  ["softmaxRows", b.softmaxRows, b.softmax],
  ["logSumExpRows", b.logSumExpRows, b.logSumExp],
])("%s is that of each row, in each arithmetic", (_name, ofRows, ofRow) => {
  const numbers = [1, 2, 3, 80, -90, 5];
  const noise = () => new MonteCarloArithmetic(new Random("rows"));
  for (const arithmetic of [b.bounded, b.float64, (x: number[]) => b.perturbed(x, noise())]) {
    const [rows, whole] = [arithmetic(numbers), arithmetic(numbers)];
    const separate = b.concat(ofRow(rows.slice(0, 3)), ofRow(rows.slice(3, 3)));
    const together = ofRows(whole, 3);
    expect([together.values, together.errors]).toEqual([separate.values, separate.errors]);
  }
});

test("matrix products are the dot products of rows, or sums of rows", () => {
  const matrix = b.bounded([1, 2, 3, 4, 5, 6]);
  expect(b.matVec(matrix, b.bounded([1, 10, 100])).values).toEqual(Float64Array.of(321, 654));
  expect(b.vecMat(b.bounded([1, 10]), matrix).values).toEqual(Float64Array.of(41, 52, 63));
  expect(b.gather(b.prefixSum(matrix), [0, 5]).values).toEqual(Float64Array.of(1, 21));
});

test("a mean weighted by a softmax, and a bound that covers the order of its operations", () => {
  const [x, rows] = [b.bounded([1, 3, -2]), b.bounded([1, 2, 3, 4, 5, 6])];
  const { values, errors } = b.softmaxMean(x, rows);
  const shares = b.softmax(x);
  expect(values).toEqual(b.vecMat(shares, rows).values);
  expect(b.softmaxMean(b.float64([1, 3, -2]), b.float64(rows.values)).values).toEqual(values);
  b.vecMat(shares, rows).errors!.forEach((error, column) => {
    expect(errors![column]).toBeGreaterThan(error);
    expect(errors![column]).toBeLessThan(3 * error);
  });
});

test("dot products of integers are exact up to 2^24, and rounded once beyond", () => {
  const most = b.bounded(new Float64Array(1024).fill(-128));
  const all = b.bounded(new Float64Array(2048).fill(127));
  const exact = b.integerDot(most, most);
  expect([exact.values[0], exact.errors![0]]).toEqual([2 ** 24, 0]);
  const sum = 2048 * 127 * 127;
  const rounded = b.integerDot(all, all);
  expect([rounded.values[0], rounded.errors![0]]).toEqual([sum, sum * ULP]);
  const random = new Random("integers");
  for (let k = 1; k < 4096; k *= 2) {
    const [x, y] = [0, 1].map(() => b.bounded(Array.from({ length: k }, () => random.integer(90, 127))));
    const { values, errors } = b.integerDot(x!, y!);
    expect(Math.abs(Math.fround(values[0]!) - values[0]!)).toBeLessThanOrEqual(errors![0]!);
    expect(b.dot(x!, y!).values).toEqual(values);
  }
});

test("a dot product whose terms are rounded more often has a larger bound", () => {
  const x = new Random("roundings").f32(50, (random) => random.normal(1, 1));
  const errorAfter = (roundings?: number) => b.dot(b.bounded(x), b.bounded(x), roundings).errors![0]!;
  expect(errorAfter(50)).toBe(errorAfter());
  expect(errorAfter(100) / errorAfter()).toBeCloseTo(2, 4);
});

test("elements repeat with their errors", () => {
  expect(b.repeated(b.bounded([0.1, 2]), 2)).toEqual(b.bounded([0.1, 0.1, 2, 2]));
});

test("what units share is computed once, while it is little", () => {
  const computed: number[] = [];
  const square = b.remembered((index) => {
    computed.push(index);
    return index * index;
  });
  expect([3, 4, 3].map(square)).toEqual([9, 16, 9]);
  expect(computed).toEqual([3, 4]);
  const many = Array.from({ length: 5000 }, (_, index) => index);
  expect(many.map(square)).toEqual(many.map((index) => index * index));
});

test("the sums of rows have the values and the bounds of their sums, and admit Monte Carlo arithmetic", () => {
  const numbers = new Random("rows").f32(60, (random) => random.normal(1, 3));
  const terms = b.div(b.bounded(numbers), 3);
  const sums = b.rowSums(terms, 12);
  const single = Array.from({ length: 5 }, (_, row) => b.sum(terms.slice(12 * row, 12)));
  expect([...sums.values]).toEqual(single.map(({ values }) => values[0]));
  expect([...sums.errors!]).toEqual(single.map(({ errors }) => errors![0]));
  const noise = new MonteCarloArithmetic(new Random("noise of rows"));
  b.rowSums(b.div(b.perturbed(numbers, noise), 3), 12).values.forEach((value, row) => {
    expect(value).not.toBe(sums.values[row]);
    expect(Math.abs(value - sums.values[row]!)).toBeLessThanOrEqual(sums.errors![row]!);
  });
});

test("sums whose terms go through more roundings have larger bounds", () => {
  const [x, matrix] = [b.bounded([1, 10]), b.bounded([1, 2, 3, 4])];
  const errorOf = ({ errors }: b.Vector) => errors![0]!;
  expect(errorOf(b.vecMat(x, matrix, 8)) / errorOf(b.vecMat(x, matrix))).toBeCloseTo(4, 3);
  expect(errorOf(b.rowSums(matrix, 2, 8)) / errorOf(b.rowSums(matrix, 2))).toBeCloseTo(8, 3);
});

test("Φ has small relative errors everywhere", () => {
  const known = [
    [0, 0.5],
    [1, 0.8413447460685429],
    [-1, 0.15865525393145707],
    [3, 0.9986501019683699],
    [-5, 2.866515718791939e-7],
    [-10, 7.619853024160527e-24],
  ];
  for (const [x, value] of known) expect(Math.abs(normalCdf(x!) / value! - 1)).toBeLessThan(1e-13);
});

test("a flushed result is within its bound", () => {
  const tiny = b.mul(b.bounded([2 ** -70]), 2 ** -70);
  expect(tiny.errors![0]).toBeGreaterThanOrEqual(Math.max(tiny.values[0]!, MIN_NORMAL));
});
