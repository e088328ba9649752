import { expect, it } from "vitest";
import { asksLengthOf } from "./array-length.ts";

it.each([
  ["let n = arrayLength(&x);", ["x"]],
  ["let n = arrayLength ( & x ) + arrayLength(&größe.values);", ["x", "größe"]],
  ["// arrayLength(&x)\nlet n = 1u; /* arrayLength(&y) */", []],
  ["let myarrayLength = 1u; let arrayLengths = 2u;", []],
  ["let p = &y; let n = arrayLength(p);", ["x", "y", "größe"]],
  ["let n = arrayLength(&(*p));", ["x", "y", "größe"]],
])("%s", (code, asked) => {
  expect(["x", "y", "größe"].filter((name) => asksLengthOf(code)(() => name))).toEqual(asked);
});
