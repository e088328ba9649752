import { execFileSync } from "node:child_process";
import type { SystemName } from "./current-system.ts";

/** Windows PowerShell starts in half a second, in several on a busy machine. */
const TIMEOUT_MS = 10_000;

/** The programs of macOS and Windows that know when a process started. */
const PROGRAMS: Readonly<Record<Exclude<SystemName, "linux">, (pid: number) => readonly [string, readonly string[]]>> =
  {
    // Its locale and time zone are fixed below.
    macos: (pid) => ["/bin/ps", ["-o", "lstart=", "-p", String(pid)]],
    windows: (pid) => [
      "powershell.exe",
      [
        "-NoProfile",
        "-NonInteractive",
        "-Command",
        `(Get-Process -Id ${pid}).StartTime.ToUniversalTime().ToString('o')`,
      ],
    ],
  };

/** Runs a program and returns its output. */
export type RunProgram = (program: string, args: readonly string[]) => string;

const runProgram: RunProgram = (program, args) =>
  execFileSync(program, [...args], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C", TZ: "UTC0" },
    stdio: ["ignore", "pipe", "ignore"],
    timeout: TIMEOUT_MS,
    windowsHide: true,
  });

/**
 * When another process started, in milliseconds since 1970, on systems without `/proc`; undefined if the system does not
 * say.
 */
export function startTimeOf(pid: number, system: Exclude<SystemName, "linux">, run = runProgram): number | undefined {
  try {
    const text = run(...PROGRAMS[system](pid)).trim();
    // `Mon Nov 30 02:26:00 2026`, or `2026-11-30T02:26:00.1234567Z`.
    const time = Date.parse(system === "macos" ? `${text} UTC` : text);
    return Number.isNaN(time) ? undefined : time;
  } catch {
    return undefined;
  }
}
