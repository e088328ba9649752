import pc from "picocolors";
import { expect, it } from "vitest";
import { countsText } from "./counts-text.ts";

it("shows each pass's accesses for an output element, why others are not counted, and advice, in 80 columns", () => {
  const buffers = [
    { name: "x", space: "storage", reads: 300, writes: 0 },
    { name: "y", space: "storage", reads: 100, writes: 100 },
    { name: "tile", space: "workgroup", reads: 1200, writes: 50 },
  ] as const;
  const rows = [
    { passes: [1], workgroups: 2, barriersPerWorkgroup: 9, buffers, strides: [] },
    { passes: [2, 4, 6, 8], uncounted: "it takes a pointer to `t`" },
  ];
  const sentence = "Each element of `x` is read 8 times on average from global memory; caches may serve some of it.";
  const findings = [{ aspect: "speed", kind: "repeated-reads", isGuess: false, sentence }] as const;
  const counts = { shape: "rows=10 cols=10", outputElements: 100, findings, rows };
  const lines = countsText(counts, { colors: pc.createColors(false), width: 80 }).split("\n");
  expect(lines).toEqual([
    "Counted on rows=10 cols=10, per output element",
    "pass  global reads  writes  workgroup reads  writes  barriers/workgroup",
    "1             4.00    1.00             12.0    0.50                9.00",
    "Pass 2, 4 … (4) is not counted: it takes a pointer to `t`.",
    "",
    "Advice from the counts",
    "  - Each element of `x` is read 8 times on average from global memory; caches",
    "    may serve some of it.",
  ]);
});
