import { expect, it } from "vitest";
import type { Plan } from "../task/plan.ts";
import { planProfile } from "./plan-profile.ts";

/** One byte in a nanosecond, whatever the size. */
const roofline = { copies: [{ bytes: 2 ** 20, bytesPerSecond: 1e9 }], f32PerSecond: 1e9, int8PerSecond: 1e9 };

function planOf(...names: readonly string[]): Plan {
  return { passes: names.map((entryPoint) => ({ code: "", entryPoint, bindings: ["x"], workgroups: [1] })) };
}

it("gives each pass its share of the time, and of the memory roof", () => {
  const times = { runs: 8, timesNs: [3000, 1000, undefined], bytes: [1500, 1000, 10] };
  const { rows, runs } = planProfile("small", planOf("load", "add", "store"), times, roofline);
  expect(runs).toBe(8);
  expect(rows).toEqual([
    { passes: [1], entryPoint: "load", bytes: 1500, timeNs: 3000, timeShare: 0.75, memoryShare: 0.5 },
    { passes: [2], entryPoint: "add", bytes: 1000, timeNs: 1000, timeShare: 0.25, memoryShare: 1 },
    { passes: [3], entryPoint: "store", bytes: 10 },
  ]);
});

it("claims no share of the roof for a pass that cannot have used all of its buffers", () => {
  const { rows } = planProfile("small", planOf("tail"), { runs: 8, timesNs: [100], bytes: [1000] }, roofline);
  expect(rows[0]).toEqual({ passes: [1], entryPoint: "tail", bytes: 1000, timeNs: 100, timeShare: 1 });
});

it("sums up a plan of many passes by kernel", () => {
  const names = Array.from({ length: 14 }, (_, index) => (index % 2 === 0 ? "up" : "down"));
  const times = { runs: 1, timesNs: names.map((_, index) => (index % 2 === 0 ? 10 : 30)), bytes: names.map(() => 5) };
  const { rows } = planProfile("small", planOf(...names), times, roofline);
  expect(rows).toMatchObject([
    { passes: [1, 3, 5, 7, 9, 11, 13], entryPoint: "up", bytes: 35, timeNs: 70, timeShare: 0.25, memoryShare: 0.5 },
    { passes: [2, 4, 6, 8, 10, 12, 14], entryPoint: "down", timeNs: 210, timeShare: 0.75 },
  ]);
});

it("has no times if passes were not timed", () => {
  const profile = planProfile("small", planOf("main"), { untimed: "no clock", bytes: [8] }, roofline);
  expect(profile).toEqual({
    shape: "small",
    untimed: "no clock",
    runs: 0,
    rows: [{ passes: [1], entryPoint: "main", bytes: 8 }],
  });
});
