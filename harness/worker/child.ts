import { type ChildProcess, fork } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { constants, devNull, tmpdir } from "node:os";
import type { AdapterChoice } from "../adapter/adapter.ts";
import { onOneThread } from "../adapter/one-thread.ts";
import { addedTasksEnvironment } from "../catalog/added-tasks.ts";
import { makeTemporaryFolder } from "../files/temporary-folder.ts";
import { type Access, confinedStart, coveredDescriptors } from "./confinement.ts";

/** How a child process ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Its last output on standard error. */
  readonly lastWords: string;
}

/** A process's times over all its threads, since it started. */
export interface ProcessTimes {
  readonly processorMs: number;
  /** The time each thread was ready to run but no processor was free; undefined if the system does not report it. */
  readonly queuedMs: ReadonlyMap<string, number> | undefined;
}

const KEPT_STDERR_CHARS = 4_000;

/**
 * A child process that exchanges messages with us. It gets only the adapter's environment variables, an empty working
 * directory, no descriptors except its channel to us, and only the files, processes and threads that `access` permits.
 */
export class Child<To, From> {
  readonly exited: Promise<ChildExit>;
  readonly #process: ChildProcess;
  readonly #isWrapped: boolean;
  readonly #startsProcesses: boolean;
  #hasEnded = false;
  #listener: (message: From) => void = () => {};
  #lastWords = "";

  constructor(script: string, adapter: Pick<AdapterChoice, "environment" | "kind">, access: Access = {}) {
    const folder = makeTemporaryFolder();
    const threads = access.isOnOneThread ? onOneThread(folder) : {};
    const env = { ...systemEnvironment(), ...adapter.environment, ...threads, ...addedTasksEnvironment() };
    const nothing = openSync(devNull, "r");
    this.#isWrapped = access.isIsolated ?? false;
    this.#startsProcesses = access.startsProcesses ?? false;
    const { execPath, execArgv } = confinedStart({ ...adapter, environment: env }, access, folder);
    this.#process = fork(script, [], {
      env,
      cwd: folder,
      execPath,
      execArgv: [...execArgv],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc", ...coveredDescriptors(nothing)],
    });
    closeSync(nothing);
    preferForKilling(this.#process.pid);
    this.#process.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-KEPT_STDERR_CHARS);
    });
    this.#process.on("message", (message) => this.#listener(message as From));
    const ended = new Promise<ChildExit>((resolve) => {
      // Not "exit": its last messages and output may still follow that.
      this.#process.on("close", (code, signal) => resolve({ ...this.#exit(code, signal), lastWords: this.#lastWords }));
      this.#process.on("error", (error) => resolve({ code: null, signal: null, lastWords: error.message }));
    });
    this.exited = ended.finally(() => {
      this.#hasEnded = true;
      rmSync(folder, { recursive: true, force: true });
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * The time that the process and its children have used and waited so far; undefined if the system does not report
   * it. Linux gives processor time in hundredths of a second (proc_pid_stat(5), fields 14 and 15; the name in field 2
   * may contain spaces), and a thread's waiting in nanoseconds (Documentation/scheduler/sched-stats.rst,
   * "/proc/<pid>/schedstat").
   */
  times(): ProcessTimes | undefined {
    try {
      const pids = this.#pids();
      const queued = pids.flatMap((pid) => [...queuedMs(pid)]);
      return {
        processorMs: pids.map(processorMs).reduce((total, ms) => total + ms, 0),
        queuedMs: queued.length === 0 ? undefined : new Map(queued),
      };
    } catch {
      return undefined;
    }
  }

  /** The memory of the process and its children; undefined if the system does not report it. */
  residentBytes(): number | undefined {
    try {
      return this.#pids()
        .map((pid) => 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]))
        .reduce((total, bytes) => total + bytes, 0);
    } catch {
      return undefined;
    }
  }

  /** The paths of its descriptors, or the kind of object if it has none; undefined if the system does not report them. */
  openFiles(): string[] | undefined {
    try {
      const folder = `/proc/${this.#innermost()}/fd`;
      return readdirSync(folder).map((descriptor) => readlinkSync(`${folder}/${descriptor}`));
    } catch {
      return undefined;
    }
  }

  /** Sends all later messages to this listener. */
  listen(listener: (message: From) => void): void {
    this.#listener = listener;
  }

  /** Ignored by a child that is gone; see `exited`. */
  send(message: To): void {
    if (this.#process.connected) this.#process.send(message as object, () => {});
  }

  /** Kills it, and its children if the system lists them. */
  kill(): void {
    const started = this.#startsProcesses && !this.#hasEnded ? childrenOf(this.#process.pid) : [];
    this.#process.kill("SIGKILL");
    for (const pid of started) endProcess(pid);
  }

  #pids(): number[] {
    const own = this.#innermost();
    return this.#startsProcesses ? [own, ...childrenOf(own)] : [own];
  }

  /** With bubblewrap, our child is a process that waits for others, the last of which runs the script. */
  #innermost(): number {
    let pid = this.#process.pid!;
    while (this.#isWrapped) {
      const [child] = childrenOf(pid);
      if (child === undefined) break;
      pid = child;
    }
    return pid;
  }

  /** Like shells, bubblewrap encodes the signal that killed its child in its exit code. */
  #exit(code: number | null, signal: NodeJS.Signals | null): Pick<ChildExit, "code" | "signal"> {
    const name = Object.entries(constants.signals).find(([, number]) => code === 128 + number)?.[0];
    if (!this.#isWrapped || name === undefined) return { code, signal };
    return { code: null, signal: name as NodeJS.Signals };
  }
}

function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

/** The time each thread of a process was ready to run but did not. */
function queuedMs(pid: number): ReadonlyMap<string, number> {
  const queued = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const [, waitedNs] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
      queued.set(thread, Number(waitedNs) / 1e6);
    } catch {
      // It has ended since, or the system does not report it.
    }
  }
  return queued;
}

/** The children of a Node process: it starts them from its main thread. */
function childrenOf(pid: number | undefined): number[] {
  try {
    const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return pids === "" ? [] : pids.split(" ").map(Number);
  } catch {
    return [];
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is already gone.
  }
}

/** If memory runs out, the system should kill an expendable process rather than the run. */
function preferForKilling(pid: number | undefined): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, "1000");
  } catch {
    // Not Linux, or it is already gone.
  }
}

/**
 * Variables that a process cannot do without: Windows finds its own libraries through `SystemRoot`, and on Linux a
 * Vulkan loader or driver may only be found through `LD_LIBRARY_PATH`, as when the adapter was tried.
 */
function systemEnvironment(): Record<string, string> {
  const needed = Object.entries(process.env).filter(([name]) => name === "SystemRoot" || name === "LD_LIBRARY_PATH");
  return { TMPDIR: tmpdir(), ...(Object.fromEntries(needed) as Record<string, string>) };
}
