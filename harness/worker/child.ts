import { type ChildProcess, type ForkOptions, fork } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { constants, devNull } from "node:os";
import type { AdapterChoice } from "../adapter/adapter.ts";
import { onOneThread } from "../adapter/one-thread.ts";
import { addedTasksEnvironment } from "../catalog/added-tasks.ts";
import { makeTemporaryFolder } from "../files/temporary-folder.ts";
import { systemEnvironment } from "../system/environment.ts";
import * as linux from "../system/linux-processes.ts";
import { isOwnUsage, type OwnUsage, REPORT_USAGE } from "../system/own-usage.ts";
import type { ProcessEnd } from "../system/process-end.ts";
import { idleMs } from "../system/processors.ts";
import { removeFolder } from "../system/replace-file.ts";
import { endProcess } from "../system/signals.ts";
import { type Access, confinedStart, coveredDescriptors } from "./confinement.ts";

/** How a child process ended. */
export interface ChildExit extends ProcessEnd {
  /** Its last output on standard error. */
  readonly lastWords: string;
}

/** A process's times over all its threads, since it started. */
export interface ProcessTimes {
  readonly processorMs: number;
  /** The time each thread was ready to run but no processor was free; undefined if the system does not report it. */
  readonly queuedMs: ReadonlyMap<string, number> | undefined;
  /** The time in which the machine's processors had nothing to do, all of them together. */
  readonly idleMs: number;
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
  /** Its last report about itself, on systems that do not report it. */
  #ownUsage: OwnUsage | undefined;
  #lastWords = "";

  constructor(script: string, adapter: Pick<AdapterChoice, "environment" | "kind">, access: Access = {}) {
    const folder = makeTemporaryFolder();
    const threads = access.isOnOneThread ? onOneThread(folder) : {};
    const env = { ...systemEnvironment(), ...adapter.environment, ...threads, ...addedTasksEnvironment() };
    const nothing = openSync(devNull, "r");
    this.#isWrapped = access.isIsolated ?? false;
    this.#startsProcesses = access.startsProcesses ?? false;
    const { execPath, execArgv } = confinedStart({ ...adapter, environment: env }, access, folder);
    const args = linux.residentBytes(process.pid) === undefined ? [REPORT_USAGE] : [];
    this.#process = fork(script, args, {
      env,
      cwd: folder,
      execPath,
      execArgv: [...execArgv],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc", ...coveredDescriptors(nothing)],
      windowsHide: true,
    } as ForkOptions);
    closeSync(nothing);
    linux.preferForKilling(this.#process.pid);
    this.#process.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-KEPT_STDERR_CHARS);
    });
    this.#process.on("message", (message) => {
      if (isOwnUsage(message)) this.#ownUsage = message;
      else this.#listener(message as From);
    });
    const ended = new Promise<ChildExit>((resolve) => {
      // Not "exit": its last messages and output may still follow that.
      this.#process.on("close", (code, signal) => resolve({ ...this.#exit(code, signal), lastWords: this.#lastWords }));
      this.#process.on("error", (error) => resolve({ code: null, signal: null, lastWords: error.message }));
    });
    this.exited = ended.finally(() => {
      this.#hasEnded = true;
      return removeFolder(folder);
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * The time that the process and its children have used and waited so far. If the system does not report it, the last
   * report of the process about itself; undefined before the first.
   */
  times(): ProcessTimes | undefined {
    const pids = this.#pids();
    const processorMs = sumOf(pids.map(linux.processorMs)) ?? this.#ownUsage?.processorMs;
    if (processorMs === undefined) return undefined;
    const queued = pids.flatMap((pid) => [...linux.queuedMs(pid)]);
    return { processorMs, queuedMs: queued.length === 0 ? undefined : new Map(queued), idleMs: idleMs() };
  }

  /** The memory of the process and its children, likewise. */
  residentBytes(): number | undefined {
    return sumOf(this.#pids().map(linux.residentBytes)) ?? this.#ownUsage?.residentBytes;
  }

  /** The paths of its descriptors, or the kind of object if it has none; undefined if the system does not report them. */
  openFiles(): string[] | undefined {
    return linux.openFiles(this.#innermost());
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
    const started = this.#startsProcesses && !this.#hasEnded ? linux.childrenOf(this.#process.pid) : [];
    this.#process.kill("SIGKILL");
    for (const pid of started) endProcess(pid);
  }

  #pids(): number[] {
    const own = this.#innermost();
    return this.#startsProcesses ? [own, ...linux.childrenOf(own)] : [own];
  }

  /** With bubblewrap, our child is a process that waits for others, the last of which runs the script. */
  #innermost(): number {
    let pid = this.#process.pid!;
    while (this.#isWrapped) {
      const [child] = linux.childrenOf(pid);
      if (child === undefined) break;
      pid = child;
    }
    return pid;
  }

  /** Like shells, bubblewrap encodes the signal that killed its child in its exit code. */
  #exit(code: number | null, signal: NodeJS.Signals | null): ProcessEnd {
    const name = Object.entries(constants.signals).find(([, number]) => code === 128 + number)?.[0];
    if (!this.#isWrapped || name === undefined) return { code, signal };
    return { code: null, signal: name as NodeJS.Signals };
  }
}

/** Undefined if any of the values is. */
function sumOf(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce((sum, value) => (sum === undefined || value === undefined ? undefined : sum + value), 0);
}
