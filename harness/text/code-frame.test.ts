import { expect, test } from "vitest";
import { codeFrame } from "./code-frame.ts";

const TEXT = ["one", "two", "three", "four", "five", "six"].join("\n");

test("shows two lines of context, and a caret under the place", () => {
  expect(codeFrame(TEXT, 3, 2, 3)).toBe(
    ["  1 | one", "  2 | two", "> 3 | three", "    |  ^^^", "  4 | four", "  5 | five"].join("\n"),
  );
});

test("stays within the text at its ends", () => {
  expect(codeFrame(TEXT, 1, 1)).toBe(["> 1 | one", "    | ^", "  2 | two", "  3 | three"].join("\n"));
  expect(codeFrame(TEXT, 99, 1)).toContain("> 6 | six");
  expect(codeFrame("", 1, 1)).toBe("> 1 |\n    | ^");
});

test("aligns line numbers", () => {
  expect(codeFrame(`${"\n".repeat(9)}ten`, 10, 1)).toBe(["   8 |", "   9 |", "> 10 | ten", "     | ^"].join("\n"));
});

test("places the caret correctly after tabs, wide characters and escaped ones", () => {
  const caret = (text: string, column: number) =>
    codeFrame(text, 1, column)
      .split("\n")
      .map((line) => line.indexOf("^"))[1];
  const start = "> 1 | ".length;
  expect(caret("\tx", 2)).toBe(start + 2);
  expect(caret("漢x", 2)).toBe(start + 2);
  expect(caret("\u001bx", 2)).toBe(start + "\\u{1b}".length);
});

test("escapes control characters", () => {
  const frame = codeFrame("a\u001b[31mb\u0007\u202ec\u0000\ud800", 1, 1);
  expect(frame).toContain("a\\u{1b}[31mb\\u{7}\\u{202e}c\\u{0}\\u{d800}");
});

test("shows a very long line around the place", () => {
  const frame = codeFrame(`${"x".repeat(5000)}HERE${"y".repeat(5000)}`, 1, 5001, 4);
  expect(frame.length).toBeLessThan(400);
  const [line, caret] = frame.split("\n");
  expect(line?.slice(caret?.indexOf("^"), (caret?.indexOf("^") ?? 0) + 4)).toBe("HERE");
});
