// Preloaded into the commands of memory.ts: writes the process's peak memory, in bytes, when it ends.

import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

const { PEAK_MEMORY_FILE } = process.env;

// Workers inherit the environment; only the supervisor counts.
if (PEAK_MEMORY_FILE !== undefined && basename(process.argv[1] ?? "") === "kernelmark.js") {
  process.once("exit", () => writeFileSync(PEAK_MEMORY_FILE, String(peakBytes())));
}

/** On Linux, `maxRSS` includes the parent's memory when it forked. */
function peakBytes() {
  try {
    return 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "latin1"))[1]);
  } catch {
    return 1024 * process.resourceUsage().maxRSS;
  }
}
