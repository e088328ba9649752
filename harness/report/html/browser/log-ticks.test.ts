import { expect, test } from "vitest";
import { logTicks } from "./log-ticks.ts";

const GAP = 40;

test.each([
  [[0.9, 4.1], 800, [0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4]],
  [[0.9, 4.1], 250, [1, 2]],
  [[0.3, 30], 800, [0.5, 1, 2, 5, 10, 20]],
  [[0.3, 30], 150, [1, 10]],
  [[0.02, 5000], 400, [0.1, 1, 10, 100, 1000]],
  [[0.02, 5000], 130, [1, 100]],
  [[0.93, 1.27], 300, [1, 1.1, 1.25]],
] as const)("between %j on %d pixels", ([low, high], length, expected) => {
  expect(logTicks([low, high], length, GAP)).toEqual(expected);
});

test("labels never touch", () => {
  for (let length = 50; length < 1200; length += 7) {
    for (const high of [1.3, 2, 4.1, 9, 33, 200, 6e4, 7e8]) {
      const places = logTicks([0.61, high], length, GAP).map(
        (tick) => (length * Math.log(tick / 0.61)) / Math.log(high / 0.61),
      );
      for (const [place, at] of places.entries()) {
        if (place > 0) expect(at - places[place - 1]!).toBeGreaterThanOrEqual(GAP);
      }
    }
  }
});
