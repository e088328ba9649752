import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Which process a file belongs to: its number, and what tells it from a later process that got the same number. Where
 * `/proc` does not tell when a process started, the number has to do.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Ticks since the machine started (proc_pid_stat(5), field 22); undefined where nobody tells. */
  readonly startedAt?: number | undefined;
  /** Of the machine or container in which the number means something; undefined for this one. */
  readonly host?: string | undefined;
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startedAt: startOf(process.pid) };
}

/** Reads what `JSON.stringify` made of an identity, or a number alone. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  try {
    const value = JSON.parse(text);
    const identity = typeof value === "number" ? { pid: value } : value;
    return Number.isInteger(identity?.pid) && identity.pid > 0 ? identity : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process is gone for certain: one on another machine never is. */
export function isGone({ pid, startedAt, host }: ProcessIdentity): boolean {
  if (host !== undefined && host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "EPERM";
  }
  const found = startOf(pid);
  return startedAt !== undefined && found !== undefined && startedAt !== found;
}

function startOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in the second field may hold spaces and brackets.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
  } catch {
    return undefined;
  }
}
