import { expect, test } from "vitest";
import { eagerLogic } from "./eager-logic.ts";

const acts = (name: string) => name === "next";

test.each([
  ["a < b && c > d", "(a < b) & (c > d)"],
  ["!(i < n || (j < m && a[k] > 0))", "!((i < n) | (((j < m) & (a[k] > 0))))"],
  ["let y = select(a, b, i < n && j < m)", "let y = select(a , b , (i < n) & (j < m))"],
  ["if (a && b) { x = c || d; } y = a && b && c", "if ((a) & (b)) {x = (c) | (d) ;} y = (a) & (b) & (c)"],
  ["i < n && next(&i)", "i < n && next(&i)"],
  ["y[i] = 2.0", "y[i] = 2.0"],
])("%s evaluates all of its conditions", (code, expected) => {
  expect(eagerLogic(code, acts)).toBe(expected);
});
