import { stripVTControlCharacters } from "node:util";
import pc from "picocolors";
import { expect, it } from "vitest";
import { numbersText } from "./numbers-text.ts";

const numbers = {
  caseIndex: 1,
  inputs: { x: { dims: [2, 3], values: [0.125, -1, 2, "-Infinity", 4, 1e-9] }, scale: { dims: [1], values: [3] } },
  outputs: {
    y: { dims: [2, 3], expected: [0.1, 0.2, 0.7, 0, 1, 0], got: [0.1, 0.25, 0.7, 0, 1, "NaN"], wrong: [1, 5] },
    label: { dims: [2], expected: [3, 4], got: [3, 4], wrong: [] },
  },
};

it("shows inputs and outputs row by row, aligned, with a mark at each wrong element", () => {
  const plain = { colors: pc.createColors(false), width: 80 };
  expect(numbersText(numbers, plain).split("\n")).toEqual([
    "  x[0]                      0.125        -1         2",
    "  x[1]                  -Infinity         4      1e-9",
    "  scale                 3",
    "  y[0] expected           0.1   0.2   0.7",
    "       got                0.1 0.25*   0.7",
    "  y[1] expected             0     1     0",
    "       got                  0     1  NaN*",
    "  label expected        3 4",
    "        got             3 4",
  ]);
});

it("shows expected outputs alone if no kernel has run", () => {
  const y = { dims: [2, 2], expected: [0.1, 0.2, 0.7, 1] };
  const lines = numbersText({ inputs: {}, outputs: { y } }, { colors: pc.createColors(false), width: 80 }).split("\n");
  expect(lines).toEqual(["  y[0] expected         0.1 0.2", "  y[1] expected         0.7   1"]);
});

it("colours only rows with wrong elements", () => {
  const colors = pc.createColors(true);
  const lines = numbersText(numbers, { colors, width: 80 }).split("\n");
  expect(lines.filter((line) => line !== stripVTControlCharacters(line))).toHaveLength(2);
});
