import pc from "picocolors";
import { expect, it } from "vitest";
import { dumpText } from "./dump-text.ts";

const dump = { buffer: "sums", caseIndex: 0, afterPass: 1, passCount: 2, type: "f32", elementCount: 10 } as const;
const style = { colors: pc.createColors(false), width: 80 };

it("shows as many elements in a line as fit, a power of two, with the index of the first", () => {
  const values = [0.125, -1, 2, "-Infinity", 4, 1e-9, 0, 8, 9, null];
  expect(dumpText({ ...dump, values }, "rows=2 cols=3, plain data", style).split("\n")).toEqual([
    "`sums` after pass 1 of 2, on rows=2 cols=3, plain data: 10 f32",
    "  sums[0]      0.125        -1         2 -Infinity",
    "  sums[4]          4      1e-9         0         8",
    "  sums[8]          9         ·",
    "  · not written",
  ]);
});

it("leaves the rest of a large buffer to --json", () => {
  const values = Array.from({ length: 200 }, (_, index) => index);
  const lines = dumpText({ ...dump, elementCount: 200, passCount: 1, values }, "any data", style).split("\n");
  expect(lines[0]).toBe("`sums` after its pass, on any data: 200 f32");
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toBe("  … 136 more; --json has the first 4096.");
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});
