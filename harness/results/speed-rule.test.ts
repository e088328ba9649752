import { expect, test } from "vitest";
import type { SpeedPoints } from "./assignment.ts";
import { cs149Share, fullSpeedup, fullSpeedWords, logarithmicShare } from "./speed-rule.ts";

test("each doubling up to the full speedup gives the same share", () => {
  expect(logarithmicShare(1, 4)).toBe(0);
  expect(logarithmicShare(2, 4)).toBeCloseTo(0.5, 12);
  expect(logarithmicShare(4, 4)).toBe(1);
  expect(logarithmicShare(0.2, 4)).toBe(0);
  expect(logarithmicShare(100, 4)).toBe(1);
  expect(logarithmicShare(Number.POSITIVE_INFINITY, 4)).toBe(1);
  expect(logarithmicShare(Number.NaN, 4)).toBe(0);
});

test("CS149 gives everything within 1.2 times the baseline's time, and nothing from ten times", () => {
  const ofTime = (times: number) => cs149Share(1 / times);
  expect(ofTime(1.2)).toBe(1);
  expect(ofTime(1.25)).toBeCloseTo(0.8, 12);
  expect(ofTime(4)).toBe(0.25);
  expect(ofTime(9.9)).toBeCloseTo(0.101, 3);
  expect(ofTime(10)).toBe(0);
});

test.each<[SpeedPoints, number | null, string]>([
  [{ against: "plain", full: 4 }, 4, "4x the speed of the plain kernel"],
  [
    {
      against: "tuned",
      table: [
        [0.5, 1],
        [1, 2],
      ],
    },
    1,
    "1x the speed of the tuned kernel (2 steps)",
  ],
  [{ against: "tuned", table: [[0.8, 2]] }, 0.8, "0.8x the speed of the tuned kernel (one step)"],
  [{ against: "plain", curve: "cs149" }, 1 / 1.2, "1.2 times the time of the plain kernel (CS149)"],
  [{ against: "plain", roofline: 0.6 }, null, "60 % of the roofline"],
])("%j is described", (rule, speedup, words) => {
  expect(fullSpeedup(rule)).toBe(speedup);
  expect(fullSpeedWords(rule)).toBe(words);
});
