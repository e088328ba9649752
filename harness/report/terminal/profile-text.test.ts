import pc from "picocolors";
import { expect, it } from "vitest";
import { passName, profilesText } from "./profile-text.ts";

const style = { colors: pc.createColors(false), width: 80 };

it("shows each pass's time, share and rate, in 80 columns", () => {
  const rows = [
    { passes: [1], entryPoint: "find_largest", bytes: 526_336, timeNs: 7.71e6, timeShare: 0.3, memoryShare: 0.27 },
    { passes: [2, 4], bytes: 2048, timeNs: 17.99e6, timeShare: 0.7 },
    { passes: [3], bytes: 4 },
  ];
  expect(profilesText([{ shape: "small", runs: 8, rows }], style).split("\n")).toEqual([
    "Passes on small",
    "pass                 time  share       MB   GB/s  of memory roof",
    "1 find_largest    7.71 ms   30 %     0.53  0.068            27 %",
    "2, 4              18.0 ms   70 %   0.0020      -               -",
    "3               too short      -  < 0.001      -               -",
    "Medians of 8 runs, each pass timed alone; together 25.7 ms. MB counts each",
    "buffer that the kernel uses once.",
  ]);
});

it("says why passes were not timed", () => {
  const text = profilesText([{ shape: "small", untimed: "there is no clock", runs: 0, rows: [] }], style);
  expect(text).toBe("Passes on small\nNot timed: there is no clock.");
});

it("shortens many passes and long names", () => {
  expect(passName({ passes: [1, 3, 5, 7], entryPoint: "x".repeat(99), bytes: 0 })).toBe(
    `1, 3 … (4) ${"x".repeat(23)}…`,
  );
});
