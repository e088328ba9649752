import { expect, test } from "vitest";
import type { SpeedPoints } from "../../../results/assignment.ts";
import { fullSpeedup, fullSpeedWords } from "./speed-words.ts";

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
