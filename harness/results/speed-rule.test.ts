import { expect, test } from "vitest";
import { cs149Share, logarithmicShare } from "./speed-rule.ts";

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
