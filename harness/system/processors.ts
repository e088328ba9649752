import { cpus } from "node:os";

/** The time in which this machine's processors have had nothing to do, all of them together, since it started. */
export function idleMs(): number {
  return cpus().reduce((total, { times }) => total + times.idle, 0);
}
