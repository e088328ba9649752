import { expect, test } from "vitest";
import { logTicks } from "./log-ticks.ts";

test.each([
  [
    [0.9, 4.1],
    [1, 2],
  ],
  [
    [0.3, 30],
    [0.5, 1, 2, 5, 10, 20],
  ],
  [
    [0.02, 5000],
    [0.1, 1, 10, 100, 1000],
  ],
  [
    [0.93, 1.27],
    [1, 1.1, 1.25],
  ],
] as const)("between %j", ([low, high], expected) => {
  const ticks = logTicks([low, high]);
  for (const tick of expected) expect(ticks).toContain(tick);
  expect(ticks.every((tick) => low <= tick && tick <= high)).toBe(true);
  expect(ticks.length).toBeLessThanOrEqual(14);
});
