import { describe, expect, it } from "vitest";
import { bufferBytes, dimSizes, elementCount, wordCount } from "./dims.ts";
import type { ElementType } from "./task.ts";

const tensor = (type: ElementType, ...dims: string[]) => ({ name: "x", type, dims, about: "" });
const size = (expression: string, shape: Record<string, number>) => dimSizes(tensor("f32", expression), shape)[0];

describe("the size of an axis", () => {
  it("is a name, a number, or an expression of them", () => {
    expect(dimSizes(tensor("f32", "rows", "d", "3"), { rows: 2, d: 5 })).toEqual([2, 5, 3]);
    expect(size("k/group", { k: 96, group: 32 })).toBe(3);
    expect(size("n*k/64", { n: 3, k: 128 })).toBe(6);
    expect(size("a + b*2", { a: 1, b: 3 })).toBe(7);
    expect(size("(a + b)*2", { a: 1, b: 3 })).toBe(8);
    expect(size("a - b - 2*c", { a: 9, b: 3, c: 2 })).toBe(2);
  });

  it("is rounded up by ceil, for any argument", () => {
    expect(size("ceil(n*k/64/256)", { n: 3, k: 128 })).toBe(1);
    expect(size("ceil(n*k/64/256)", { n: 128, k: 128 })).toBe(1);
    expect(size("ceil(n*k/64/256)", { n: 129, k: 128 })).toBe(2);
    expect(size("2*ceil(k/3) + 1", { k: 10 })).toBe(9);
  });

  it("must be an exact quotient without ceil", () => {
    expect(() => size("k/group", { k: 100, group: 32 })).toThrow(
      "tensor x[k/group]: k/group does not divide evenly: 100/32 is not a whole number",
    );
    expect(() => size("ceil(k/3)*n/4", { k: 10, n: 1 })).not.toThrow();
    expect(() => size("ceil(k/3)/n", { k: 10, n: 3 })).toThrow("4/3 is not a whole number");
  });

  it("names the size that the shape lacks", () => {
    expect(() => size("cols", { rows: 2, d: 5 })).toThrow('"cols" is not a name of the shape, which has rows, d');
    expect(() => size("constructor", { rows: 2 })).toThrow('"constructor" is not a name of the shape, which has rows');
  });

  it("is at least 1, and exact", () => {
    expect(() => size("n", { n: 0 })).toThrow("n must be a positive integer, got 0");
    expect(() => size("n", { n: 1.5 })).toThrow("n must be a positive integer, got 1.5");
    expect(() => size("n*n", { n: 2 ** 30 })).toThrow("must be a positive integer");
  });

  it("is not guessed from an invalid expression", () => {
    expect(() => size("n*", { n: 2 })).toThrow('"n*" ends too early');
    expect(() => size("(n", { n: 2 })).toThrow('"(n" lacks a ")"');
    expect(() => size("n ^ 2", { n: 2 })).toThrow('"n ^ 2" has a stray "^"');
  });
});

describe("a tensor", () => {
  it("has the product of its axes as its number of elements", () => {
    expect(elementCount(tensor("i8", "n", "k"), { n: 3, k: 5 })).toBe(15);
    expect(elementCount(tensor("f32"), {})).toBe(1);
  });

  it("takes a word for each unpacked element", () => {
    expect(wordCount(tensor("f32", "n", "k"), { n: 3, k: 5 })).toBe(15);
    expect(bufferBytes(tensor("u32", "n", "k"), { n: 3, k: 5 })).toBe(60);
    expect(bufferBytes(tensor("f32"), {})).toBe(4);
  });

  it("ends each packed row with a whole word", () => {
    expect(wordCount(tensor("i8", "n", "k"), { n: 3, k: 5 })).toBe(6);
    expect(wordCount(tensor("i8", "n", "k"), { n: 3, k: 8 })).toBe(6);
    expect(wordCount(tensor("u4", "b", "n", "k"), { b: 2, n: 3, k: 9 })).toBe(12);
    expect(bufferBytes(tensor("u4", "k"), { k: 1 })).toBe(4);
  });
});
