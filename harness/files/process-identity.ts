import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/**
 * The process that owns a file: its number, and its start time to distinguish it from a later process with the same
 * number. Without `/proc` there is no start time, and only the number counts.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Ticks since the machine started (proc_pid_stat(5), field 22); undefined if the system does not report it. */
  readonly startedAt?: number | undefined;
  /** The machine or container that assigned the number; undefined for this one. */
  readonly host?: string | undefined;
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startedAt: statusOf(process.pid)?.startedAt };
}

/** Reads an identity written by `JSON.stringify`, or a plain number. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  try {
    const value = JSON.parse(text);
    const identity = typeof value === "number" ? { pid: value } : value;
    return Number.isInteger(identity?.pid) && identity.pid > 0 ? identity : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process is certainly gone; never true for another machine's. */
export function isGone({ pid, startedAt, host }: ProcessIdentity): boolean {
  if (host !== undefined && host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "EPERM";
  }
  const found = statusOf(pid);
  if (found === undefined) return false;
  return found.hasEnded || (startedAt !== undefined && startedAt !== found.startedAt);
}

interface ProcessStatus {
  readonly startedAt: number;
  /** An ended process stays in the process table until its parent reaps it. */
  readonly hasEnded: boolean;
}

function statusOf(pid: number): ProcessStatus | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Fields from the third on; the name in the second may contain spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { startedAt: Number(fields[19]), hasEnded: fields[0] === "Z" || fields[0] === "X" };
  } catch {
    return undefined;
  }
}
