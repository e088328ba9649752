import { hostname } from "node:os";
import { currentSystem } from "../system/current-system.ts";
import { statusOf } from "../system/linux-processes.ts";
import { startTimeOf } from "../system/other-processes.ts";
import { isThere } from "../system/signals.ts";

/**
 * The process that owns a file: its number, and its start time to distinguish it from a later process with the same
 * number. If the system does not report that, only the number counts.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** On Linux in ticks since the machine started, elsewhere in milliseconds since 1970. */
  readonly startedAt?: number | undefined;
  /** The machine or container that assigned the number; undefined for this one. */
  readonly host?: string | undefined;
}

/** Node notes its start later than the system, and the system may round it. */
const START_TOLERANCE_MS = 10_000;

export function ownIdentity(): ProcessIdentity {
  const isLinux = currentSystem() === "linux";
  const startedAt = isLinux ? statusOf(process.pid)?.startedAt : Math.round(performance.timeOrigin);
  return { pid: process.pid, startedAt };
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
export function isGone(identity: ProcessIdentity, startOf = startTimeOf): boolean {
  const { pid, startedAt, host } = identity;
  if (host !== undefined && host !== hostname()) return false;
  if (!isThere(pid)) return true;
  const system = currentSystem();
  if (system !== "linux") return startedAt !== undefined && isOther(pid, startedAt, (one) => startOf(one, system));
  const found = statusOf(pid);
  if (found === undefined) return false;
  return found.hasEnded || (startedAt !== undefined && startedAt !== found.startedAt);
}

/** Processes found to be the owners: asking for a start time takes a program's start, and owners are asked for often. */
const knownOwners = new Set<string>();

function isOther(pid: number, startedAt: number, startOf: (pid: number) => number | undefined): boolean {
  const owner = `${pid} ${startedAt}`;
  if (knownOwners.has(owner)) return false;
  const found = startOf(pid);
  if (found !== undefined && Math.abs(found - startedAt) > START_TOLERANCE_MS) return true;
  knownOwners.add(owner);
  return false;
}
