import { describe, expect, test } from "vitest";
import * as b from "../bounded.ts";

/** Numbers with errors, as results of earlier operations have them. */
const off = (values: readonly number[], errors: readonly number[]) =>
  new b.Vector(Float64Array.from(values), Float64Array.from(errors));

const listed = ({ own, others }: b.Alternatives) => [Array.from(own.values), Object.fromEntries(others)];

describe("the index of the least or the largest element", () => {
  test("is certain if the errors cannot change it", () => {
    expect(listed(b.argmin(off([3, 1, 2], [0.1, 0.1, 0.1])))).toEqual([[1], {}]);
    expect(listed(b.argmax(off([3, 1, 2], [0.1, 0.1, 0.1])))).toEqual([[0], {}]);
  });

  test("may be that of every element within the errors", () => {
    expect(listed(b.argmin(off([3, 1, 1.1, 1.3], [0, 0.1, 0.1, 0.1])))).toEqual([[1], { 0: [[2, 2]] }]);
  });

  test("is the lowest of equal numbers without errors, and of no others", () => {
    expect(listed(b.argmax(off([1, 5, 5, 5], [0, 0, 0, 0])))).toEqual([[1], {}]);
    expect(listed(b.argmin(off([1, 1], [1e-9, 0])))).toEqual([[0], { 0: [[1, 1]] }]);
  });

  test("is found in each place of several vectors", () => {
    const vectors = [off([1, 9, 5], [0, 0, 0.1]), off([2, 3, 5.05], [0, 0, 0.1])];
    expect(listed(b.argminAcross(vectors))).toEqual([[0, 1, 0], { 2: [[1, 1]] }]);
  });
});

describe("the indices of the largest elements", () => {
  test("are in order, the lowest of equal numbers first", () => {
    expect(listed(b.topK(off([1, 5, 3, 5], [0, 0, 0, 0]), 3))).toEqual([[1, 3, 2], {}]);
  });

  test("of neighbours within the errors may be exchanged, also past the end", () => {
    const near = off([1, 5, 3, 3.05], [0.1, 0.1, 0.1, 0.1]);
    expect(listed(b.topK(near, 3))).toEqual([[1, 3, 2], { 1: [[2, 2]], 2: [[3, 3]] }]);
    expect(listed(b.topK(near, 2))).toEqual([[1, 3], { 1: [[2, 2]] }]);
  });

  test("take no rank that a certain element has", () => {
    const vector = off([10, 7, 7.1, 7.2, 1], [0, 0.1, 0.1, 0.1, 0]);
    const { others } = b.topK(vector, 5);
    expect(others.has(0)).toBe(false);
    expect(others.has(4)).toBe(false);
    expect(others.get(2)).toEqual(
      expect.arrayContaining([
        [3, 3],
        [1, 1],
      ]),
    );
  });
});

describe("a count", () => {
  test("is a span if comparisons may go either way", () => {
    const x = off([1, 2, 3, 4], [0, 0.2, 0.2, 0]);
    expect(listed(b.countWhere(x, ["less", "equal"], 2.9))).toEqual([[2], { 0: [[2, 3]] }]);
    expect(listed(b.countWhere(x, ["greater"], 0))).toEqual([[4], {}]);
  });

  test("includes exactly equal numbers if asked", () => {
    const x = off([1, 2, 3], [0, 0, 0]);
    expect(listed(b.countWhere(x, ["less"], 2))).toEqual([[1], {}]);
    expect(listed(b.countWhere(x, ["less", "equal"], 2))).toEqual([[2], {}]);
  });

  test("leads to what follows from each of its values", () => {
    const counts = b.joined([b.countWhere(off([1, 2, 3, 4], [0, 0.2, 0.2, 0]), ["less"], 2.9), b.integers([5])]);
    expect(listed(b.ofIntegers((count) => (count >= 3 ? 1 : 0), counts))).toEqual([[0, 1], { 0: [[1, 1]] }]);
    expect(listed(b.ofIntegers((count) => (count >= 2 ? 1 : 0), counts))).toEqual([[1, 1], {}]);
  });
});

describe("rounded numbers", () => {
  test("near a half are either neighbour, and nothing between", () => {
    const codes = b.roundings(off([2.5, 1.2, -0.5], [1e-6, 1e-6, 1e-6]));
    const halves = codes.map((code) => b.mul(code, code.exactly(0.5)));
    const { own, others } = b.oneOf(halves[0]!, ...halves.slice(1));
    expect(Array.from(own.values)).toEqual([1, 0.5, -0]);
    expect([...others.keys()]).toEqual([0, 2]);
    const isAllowed = (element: number, value: number) =>
      others.get(element)!.some(([least, most]) => least <= value && value <= most);
    expect([1.5, 1.25, 2].map((value) => isAllowed(0, value))).toEqual([true, false, false]);
    expect(isAllowed(2, -0.5)).toBe(true);
  });

  test("with an error of many integers are refused", () => {
    expect(() => b.roundings(off([100], [20]))).toThrow("a number to round has an error of 40 integers");
  });
});

test("integers up to a limit are recognised, and then exact", () => {
  expect(b.areIntegersUpTo(3, b.bounded([1, -3]), b.bounded([0]))).toBe(true);
  expect(b.areIntegersUpTo(3, b.bounded([1, 4]))).toBe(false);
  expect(b.areIntegersUpTo(3, b.bounded([0.5]))).toBe(false);
  expect(b.exact(b.bounded([0.1])).errors).toEqual(Float64Array.of(0));
});

test("sums of rows have the values and the errors of single sums", () => {
  const terms = off([1, -2, 3, 4, 5, 6], [0.1, 0.2, 0.3, 0, 0, 0.1]);
  const rows = b.rowSums(terms, 3);
  const single = b.gathered(2, (row) => b.sum(terms.slice(3 * row, 3)));
  expect(rows).toEqual(single);
  expect(b.rowSums(b.float64([1, 2, 3, 4]), 2)).toEqual(b.float64([3, 7]));
});
