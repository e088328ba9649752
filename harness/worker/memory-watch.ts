import type { Child } from "./child.ts";

/** Reading a process's size takes some 30 µs. A compiler that runs wild takes some hundred MiB in this time. */
const PERIOD_MS = 100;

/** Looks again and again at what a process holds, and tells once if it is more than it may. */
export class MemoryWatch {
  readonly #timer: NodeJS.Timeout;
  readonly #limitBytes: number;
  #heldBytes = 0;

  /** Where the system does not tell what processes hold, `onExcess` is never called. */
  constructor(process: Pick<Child<never, never>, "residentBytes">, limitMebibytes: number, onExcess: () => void) {
    this.#limitBytes = limitMebibytes * 2 ** 20;
    this.#timer = setInterval(() => {
      this.#heldBytes = process.residentBytes() ?? this.#heldBytes;
      if (this.#heldBytes <= this.#limitBytes) return;
      this.stop();
      onExcess();
    }, PERIOD_MS);
  }

  /** Whether the process held so much when it was last looked at that it may have been ended for it: half of its limit. */
  get heldMuch(): boolean {
    return this.#heldBytes > this.#limitBytes / 2;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
