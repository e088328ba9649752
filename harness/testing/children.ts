import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** This process's children, oldest first. Small Linux systems lack `ps`, others lack `/proc`. */
export function children(): { pid: number; command: string }[] {
  if (process.platform === "linux") {
    const pids = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").trim().split(" ");
    return pids.map((pid) => ({ pid: Number(pid), command: readFileSync(`/proc/${pid}/cmdline`, "utf8") }));
  }
  const lines = execFileSync("ps", ["-A", "-o", "ppid=,pid=,args="], { encoding: "utf8" }).split("\n");
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([parent]) => Number(parent) === process.pid)
    .map(([, pid, ...command]) => ({ pid: Number(pid), command: command.join(" ") }));
}
