import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { cellsOf, graphemes } from "./cells.ts";
import { cut } from "./wrap.ts";

/** Clusters of several code points, joiners, and characters without width. */
const PIECES =
  "a 漢 é e\u0301 \u0301 👩\u200d🔬 \u200d 🇦🇹 🇦 क\u094dष \u{e0100} \u3164 각 \u1100 😀 \ud83d \udc4d 1\ufe0f\u20e3".split(
    " ",
  );
const texts = fc
  .array(fc.constantFrom(...PIECES, " "), { minLength: 150, maxLength: 900 })
  .map((pieces) => pieces.join(""));

test("clusters and cells are the same as those of the undivided text", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const whole = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
      expect([...graphemes(text)]).toEqual(whole);
      expect(cellsOf(text)).toBe(stringWidth(text));
    }),
    { numRuns: 200 },
  );
});

test("handles a cluster longer than any window", () => {
  const long = `e${"\u0301".repeat(3000)}`;
  expect([...graphemes(`${long}x`)]).toEqual([long, "x"]);
  expect(cellsOf(`${long}漢`)).toBe(3);
});

test("colours take no cells", () => {
  const text = "漢字 ".repeat(100);
  expect(cellsOf(`\u001b[1m\u001b[31m${text}\u001b[39m\u001b[22m`)).toBe(500);
});

test("cuts text between clusters, with an ellipsis", () => {
  expect(cut("e\u0301e\u0301e\u0301", 3)).toBe("e\u0301e\u0301e\u0301");
  expect(cut("e\u0301e\u0301e\u0301", 2)).toBe("e\u0301…");
  expect(cut("漢字", 3)).toBe("漢…");
  expect(cut("漢字", 2)).toBe("…");
});
