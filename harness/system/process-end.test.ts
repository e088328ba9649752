import { expect, it } from "vitest";
import { describeEnd, hasCrashed, hasRunOut } from "./process-end.ts";

it.each([
  ["a crash on Linux and macOS", { code: null, signal: "SIGSEGV" }, "was killed by SIGSEGV", true, false],
  [
    "a crash on Windows",
    { code: 0xc0000005, signal: null },
    "ended with an access violation (code 0xc0000005)",
    true,
    false,
  ],
  [
    "no memory on Windows",
    { code: 0xc0000017, signal: null },
    "ended with no memory left (code 0xc0000017)",
    true,
    true,
  ],
  ["Node's abort on Windows", { code: 134, signal: null }, "exited with code 134", true, false],
  ["an end by another program", { code: null, signal: "SIGKILL" }, "was killed by SIGKILL", false, false],
  ["an exit", { code: 3, signal: null }, "exited with code 3", false, false],
] as const)("names %s", (_, end, text, crashed, ranOut) => {
  expect(describeEnd(end)).toBe(text);
  expect(hasCrashed(end)).toBe(crashed);
  expect(hasRunOut(end)).toBe(ranOut);
});
