import { expect, it } from "vitest";
import type { Conditions } from "../results/measurement.ts";
import { findThrottling } from "./throttling.ts";

const cool: Conditions = {
  source: "nvidia-smi",
  readings: 30,
  leastClockMhz: 1410,
  mostClockMhz: 1980,
  throttledBy: [],
};

it("names the reason, the clocks, what it means and what to do", () => {
  const conditions: Conditions = {
    ...{ ...cool, highestClockMhz: 1980 },
    throttledBy: [{ reason: "power-limit", readings: 12 }],
  };
  const [finding] = findThrottling(conditions);
  expect(finding).toMatchObject({ aspect: "speed", kind: "throttled", isGuess: false });
  expect(finding!.sentence).toBe(
    "While kernels were timed, the GPU lowered its clock because of its power limit (12 of 30 readings; clock from 1410 to 1980 MHz, at most 1980 MHz): speeds are fair, as both kernels run in pairs, but times are longer and shares of the roofline lower than without; to compare times, raise the limit or fix a lower clock.",
  );
});

it("names several reasons, and a processor without a clock", () => {
  const throttledBy = [
    { reason: "temperature", readings: 2 },
    { reason: "power-supply", readings: 5 },
  ] as const;
  const [finding] = findThrottling({ source: "processors", readings: 9, throttledBy });
  expect(finding!.sentence).toContain("a processor lowered its clock because of its temperature and its power supply");
  expect(finding!.sentence).toContain("(5 of 9 readings)");
  expect(finding!.sentence).toMatch(/cool it and measure again, and check its power supply\.$/);
});

it("says nothing about a low clock without a reason", () => {
  expect(findThrottling(cool)).toEqual([]);
});
