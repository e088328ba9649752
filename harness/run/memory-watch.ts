import type { Child } from "./child.ts";

/** Reading a process's size takes some 30 µs. A compiler that runs wild takes some hundred MiB in this time. */
const PERIOD_MS = 100;

/** Looks again and again at what a process holds, and tells once if it is more than it may. */
export class MemoryWatch {
  readonly #timer: NodeJS.Timeout;

  /** Where the system does not tell what processes hold, `onExcess` is never called. */
  constructor(process: Pick<Child<never, never>, "residentBytes">, limitMebibytes: number, onExcess: () => void) {
    this.#timer = setInterval(() => {
      if ((process.residentBytes() ?? 0) <= limitMebibytes * 2 ** 20) return;
      this.stop();
      onExcess();
    }, PERIOD_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
