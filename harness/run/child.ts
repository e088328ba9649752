import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";

/** How a child process ended. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last that it wrote to standard error. */
  readonly lastWords: string;
}

const KEPT_STDERR_CHARS = 4_000;
const HEAP_MEGABYTES = 1_024;

/** A process of ours that talks in messages: it gets the adapter's environment variables and no others. */
export class Child<To, From> {
  readonly exited: Promise<ChildExit>;
  readonly #process: ChildProcess;
  #listener: (message: From) => void = () => {};
  #lastWords = "";

  constructor(script: string, environment: Readonly<Record<string, string>>) {
    this.#process = fork(script, [], {
      env: { ...systemEnvironment(), ...environment },
      execArgv: ["--enable-source-maps", `--max-old-space-size=${HEAP_MEGABYTES}`],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#process.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-KEPT_STDERR_CHARS);
    });
    this.#process.on("message", (message) => this.#listener(message as From));
    this.exited = new Promise((resolve) => {
      this.#process.on("exit", (code, signal) => resolve({ code, signal, lastWords: this.#lastWords }));
      this.#process.on("error", (error) => resolve({ code: null, signal: null, lastWords: error.message }));
    });
  }

  /**
   * The processor time that the process has used so far, of all its threads; undefined where the system does not tell.
   * Linux gives it in hundredths of a second (proc_pid_stat(5), fields 14 and 15; the name in field 2 may hold spaces).
   */
  processorMs(): number | undefined {
    try {
      const stat = readFileSync(`/proc/${this.#process.pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return 10 * (Number(fields[11]) + Number(fields[12]));
    } catch {
      return undefined;
    }
  }

  /** From now on, messages go to this listener. */
  listen(listener: (message: From) => void): void {
    this.#listener = listener;
  }

  /** A child that is gone hears nothing; `exited` tells. */
  send(message: To): void {
    if (this.#process.connected) this.#process.send(message as object, () => {});
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }
}

/**
 * What a process cannot do without: Windows looks for its own libraries by `SystemRoot`, and on Linux a Vulkan loader
 * or driver may lie where only `LD_LIBRARY_PATH` leads, as it did when the adapter was tried.
 */
function systemEnvironment(): Record<string, string> {
  const needed = Object.entries(process.env).filter(([name]) => name === "SystemRoot" || name === "LD_LIBRARY_PATH");
  return { TMPDIR: tmpdir(), ...(Object.fromEntries(needed) as Record<string, string>) };
}
