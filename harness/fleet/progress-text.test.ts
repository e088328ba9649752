import { expect, it } from "vitest";
import { fleetLine } from "./progress-text.ts";

const status = { machines: 3, places: 12, waiting: 8, active: 12, perSecond: 2.5 };

it.each([
  [{}, 300, "3 machines, 12 of 12 at work; 288 waiting; 2.5/s, about 2 min left"],
  [{ perSecond: 0.05 }, 6_000, "3 machines, 12 of 12 at work; 5988 waiting; 3.0/min, about 33.3 h left"],
  [{ machines: 1, active: 2 }, 2, "1 machine, 2 of 12 at work; 0 waiting; 2.5/s, about 1 s left"],
  [{ perSecond: 0 }, 20, "3 machines, 12 of 12 at work; 8 waiting"],
  [{ machines: 0, places: 0 }, 1, "1 submission left, no worker yet"],
])("shows machines, work, rate and time left (%#)", (changes, left, line) => {
  expect(fleetLine({ ...status, ...changes }, left)).toBe(line);
});
