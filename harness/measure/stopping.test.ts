import { expect, it } from "vitest";
import { Stopping } from "./stopping.ts";

const narrow = () => ({ estimate: 1, low: 0.998, high: 1.002 });
const wide = () => ({ estimate: 1, low: 0.9, high: 1.1 });

it("stops as soon as the interval is narrow, but not before ten pairs", () => {
  expect(new Stopping(5000).verdict(9, 100, narrow)).toBeUndefined();
  expect(new Stopping(5000).verdict(10, 100, narrow)).toBe("precision");
  expect(new Stopping(5000).verdict(10, 100, wide)).toBeUndefined();
});

it("stops at the end of the budget, but not before three pairs", () => {
  expect(new Stopping(1).verdict(2, 60_000, wide)).toBeUndefined();
  expect(new Stopping(1).verdict(3, 60_000, wide)).toBe("budget");
});

it("keeps a bounded number of samples", () => {
  expect(new Stopping(1e9).verdict(2000, 1, wide)).toBe("most-samples");
});

it("checks the interval only after a quarter more pairs, since frequent checks find it narrow by chance", () => {
  const stopping = new Stopping(5000);
  let looks = 0;
  const look = () => {
    looks++;
    return wide();
  };
  for (let pairs = 1; pairs <= 100; pairs++) stopping.verdict(pairs, 10, look);
  expect(looks).toBeLessThan(14);
});
