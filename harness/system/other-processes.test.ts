import { expect, it } from "vitest";
import { type RunProgram, startTimeOf } from "./other-processes.ts";

const STARTED = Date.UTC(2026, 10, 30, 2, 26, 5);

it("reads when a process started from ps on macOS and from PowerShell on Windows", () => {
  const calls: string[] = [];
  const answering =
    (text: string): RunProgram =>
    (program, args) => {
      calls.push([program, ...args].join(" "));
      return text;
    };
  expect(startTimeOf(7, "macos", answering("Mon Nov 30 02:26:05 2026    \n"))).toBe(STARTED);
  expect(startTimeOf(7, "windows", answering("2026-11-30T02:26:05.0000000Z\r\n"))).toBe(STARTED);
  expect(calls[0]).toBe("/bin/ps -o lstart= -p 7");
  expect(calls[1]).toMatch(/^powershell\.exe .*Get-Process -Id 7\)/);
});

it("does not know it if the program fails or answers something else", () => {
  const failing = () => {
    throw new Error("no such process");
  };
  expect(startTimeOf(7, "macos", failing)).toBeUndefined();
  expect(startTimeOf(7, "windows", () => "")).toBeUndefined();
});
