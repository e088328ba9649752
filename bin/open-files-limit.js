import { readFileSync } from "node:fs";

/** How many files this process may have open; infinite if the system does not say, as only Linux does. */
export function openFilesLimit() {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "latin1"))?.[1];
    return Number(limit ?? Number.POSITIVE_INFINITY);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
