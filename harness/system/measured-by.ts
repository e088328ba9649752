import { residentBytes } from "./linux-processes.ts";

/** How workers' use of the machine is measured here, as a phrase. */
export function measuredBy(): string {
  if (residentBytes(process.pid) !== undefined) return "workers' time and memory are read from /proc";
  return "workers report their own time and memory ten times a second, since this system does not; esbuild's memory is not limited";
}
