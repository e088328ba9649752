import { expect, test } from "vitest";
import { comparisonRows, type PartTime, timeRows } from "./part-times.ts";

const part = (name: string, medianMs: number): PartTime => ({
  name,
  medianMs,
  p99Ms: 2 * medianMs,
  errorPercent: 1.25,
  samples: 40,
});

test("a comparison has both medians and their ratio", () => {
  const rows = comparisonRows([part("bundle", 4), part("plan", 250)], [part("bundle", 5), part("plan", 125)]);
  expect(rows).toEqual([
    ["bundle", "4.00", "5.00", "1.25"],
    ["plan", "250", "125", "0.50"],
  ]);
});

test("a part in only one of the two is shown without a ratio", () => {
  expect(comparisonRows([part("old", 1)], [part("new", 2)])).toEqual([
    ["old", "1.00", "–", "–"],
    ["new", "–", "2.00", "–"],
  ]);
});

test("a table has the median, the 99th percentile, the error, rounds per second, and samples", () => {
  expect(timeRows([part("bundle", 4)])).toEqual([["bundle", "4.00", "8.00", "1.3 %", "250.0", "40"]]);
});
