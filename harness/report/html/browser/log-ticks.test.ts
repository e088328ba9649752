import { expect, test } from "vitest";
import { logTicks } from "./log-ticks.ts";

const GAP = 40;

test.each([
  [[0.9, 4.1], 800, [1, 1.5, 2, 2.5, 3, 3.5, 4]],
  [[0.9, 4.1], 250, [1, 2, 3, 4]],
  [[0.3, 30], 800, [0.5, 1, 2, 5, 10, 20]],
  [[0.3, 30], 150, [1, 10]],
  [[0.02, 5000], 400, [0.1, 1, 10, 100, 1000]],
  [[0.02, 5000], 130, [1, 100]],
  [[0.93, 1.27], 300, [1, 1.1, 1.2]],
  [[3.23, 3.57], 300, [3.25, 3.3, 3.35, 3.4, 3.45, 3.5, 3.55]],
] as const)("between %j on %d pixels", ([low, high], length, expected) => {
  expect(logTicks([low, high], length, GAP)).toEqual(expected);
});

test("labels never touch, and there is always one", () => {
  for (let length = 50; length < 1200; length += 37) {
    for (const high of [0.62, 0.7, 1.3, 2, 4.1, 9, 33, 200, 6e4, 7e8]) {
      const places = logTicks([0.61, high], length, GAP).map(
        (tick) => (length * Math.log(tick / 0.61)) / Math.log(high / 0.61),
      );
      const distances = places.slice(1).map((at, place) => at - places[place]!);
      expect([length, high, places.length > 0, distances.every((distance) => distance >= GAP)]).toEqual([
        ...[length, high, true, true],
      ]);
    }
  }
});
