import { describe, expect, it } from "vitest";
import { expectLinear, type Reader } from "./growth.ts";
import { readers } from "./readers.ts";

/** Enough for a reader whose time is known to be quadratic. */
const MOST_CHARACTERS = 5 * 1024;

describe("a reader's time is linear in its input", () => {
  it.each([
    ["kernels compared", "var<", ""],
    ["texts of reports", "\u0301", "\u0000"],
    ["kernels compared", "a = b + c; ", ""],
    ["loop variables", "var a:", ""],
    ["guesses from code", "1", ""],
    ["guesses from kernels", "loop {", "}"],
    ["places in files", "a", ""],
    ["texts of reports", "\u0301\u0000", ""],
    ["texts of reports", "漢", ""],
  ])("%s: %s", (name, unit, close) => {
    const reader = readers.find((one) => one.name === name)!;
    expectLinear(reader, { start: "", unit, close, end: "" });
  });

  it("is reported if it grows faster", () => {
    const square: Reader = {
      name: "square",
      words: [],
      read(text) {
        let equal = 0;
        for (const one of text) for (const other of text) if (one === other) equal++;
        return equal;
      },
    };
    const family = { start: "", unit: "a", close: "", end: "" };
    expect(() => expectLinear(square, family, MOST_CHARACTERS)).toThrow(/^square takes /);
  });
});
