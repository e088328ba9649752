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
  return { pid: process.pid, startedAt: statusOf(process.pid)?.startedAt };
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
  const found = statusOf(pid);
  if (found === undefined) return false;
  return found.hasEnded || (startedAt !== undefined && startedAt !== found.startedAt);
}

interface ProcessStatus {
  readonly startedAt: number;
  /** A process that has ended stays in the table until its parent asks how. */
  readonly hasEnded: boolean;
}

function statusOf(pid: number): ProcessStatus | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Fields from the third on; the name in the second may hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { startedAt: Number(fields[19]), hasEnded: fields[0] === "Z" || fields[0] === "X" };
  } catch {
    return undefined;
  }
}
