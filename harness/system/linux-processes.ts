import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { devNull } from "node:os";

// What only Linux reports about processes, in `/proc`. Elsewhere, and where it is hidden, all of it is undefined or
// empty.

export interface ProcessStatus {
  /** Ticks since the machine started (proc_pid_stat(5), field 22). */
  readonly startedAt: number;
  /** An ended process stays in the process table until its parent reaps it. */
  readonly hasEnded: boolean;
}

export function statusOf(pid: number): ProcessStatus | undefined {
  const fields = statOf(pid);
  return fields && { startedAt: Number(fields[19]), hasEnded: fields[0] === "Z" || fields[0] === "X" };
}

/** The processor time that a process has used: in hundredths of a second (proc_pid_stat(5), fields 14 and 15). */
export function processorMs(pid: number): number | undefined {
  const fields = statOf(pid);
  return fields && 10 * (Number(fields[11]) + Number(fields[12]));
}

/** The fields of `/proc/<pid>/stat` from the third on; the name in the second may contain spaces and brackets. */
function statOf(pid: number): string[] | undefined {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/**
 * The time each thread of a process was ready to run but did not (Documentation/scheduler/sched-stats.rst,
 * "/proc/<pid>/schedstat"). A thread that has ended since is missing.
 */
export function queuedMs(pid: number): ReadonlyMap<string, number> {
  const queued = new Map<string, number>();
  for (const thread of namesIn(`/proc/${pid}/task`) ?? []) {
    const waitedNs = textOf(`/proc/${pid}/task/${thread}/schedstat`)?.split(" ")[1];
    if (waitedNs !== undefined) queued.set(thread, Number(waitedNs) / 1e6);
  }
  return queued;
}

export function residentBytes(pid: number): number | undefined {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/status`) ?? "")?.[1];
  return kibibytes === undefined ? undefined : 1024 * Number(kibibytes);
}

/** The children of a Node process: it starts them from its main thread. */
export function childrenOf(pid: number | undefined): number[] {
  const pids = textOf(`/proc/${pid}/task/${pid}/children`)?.trim() ?? "";
  return pids === "" ? [] : pids.split(" ").map(Number);
}

/** The paths of a process's descriptors, or the kind of object if it has none. */
export function openFiles(pid: number): string[] | undefined {
  const folder = `/proc/${pid}/fd`;
  return namesIn(folder)?.flatMap((descriptor) => {
    try {
      return [readlinkSync(`${folder}/${descriptor}`)];
    } catch {
      // Closed in the meantime.
      return [];
    }
  });
}

/** If memory runs out, the system should kill an expendable process rather than the run. */
export function preferForKilling(pid: number | undefined): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, "1000");
  } catch {
    // Not Linux, or it is already gone.
  }
}

const CLOSE_ON_EXEC = 0o2000000;

/**
 * The descriptors above 3 that a child process would inherit. At start, Node sets close-on-exec on inherited
 * descriptors, but only up to the first gap. On macOS and Windows, libuv passes on only the listed ones.
 */
export function inheritedDescriptors(): number[] {
  const descriptors = namesIn("/proc/self/fd") ?? [];
  return descriptors.map(Number).filter((descriptor) => descriptor > 3 && isInherited(descriptor));
}

function isInherited(descriptor: number): boolean {
  try {
    if (readlinkSync(`/proc/self/fd/${descriptor}`) === devNull) return false;
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    return false;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] | undefined {
  try {
    return readdirSync(folder);
  } catch {
    return undefined;
  }
}
