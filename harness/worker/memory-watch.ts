import type { Child } from "./child.ts";

/** Reading a process's size takes about 30 µs. A runaway compiler allocates about 100 MiB in this time. */
const PERIOD_MS = 100;

/** Polls a process's memory, and reports once if it exceeds its limit. */
export class MemoryWatch {
  readonly #timer: NodeJS.Timeout;
  readonly #limitBytes: number;
  #heldBytes = 0;

  /** `onExcess` is never called if the system does not report processes' memory. */
  constructor(process: Pick<Child<never, never>, "residentBytes">, limitMebibytes: number, onExcess: () => void) {
    this.#limitBytes = limitMebibytes * 2 ** 20;
    this.#timer = setInterval(() => {
      this.#heldBytes = process.residentBytes() ?? this.#heldBytes;
      if (this.#heldBytes <= this.#limitBytes) return;
      this.stop();
      onExcess();
    }, PERIOD_MS);
  }

  /** Whether the process's last known size was half of its limit or more, so that it may have been killed for it. */
  get heldMuch(): boolean {
    return this.#heldBytes > this.#limitBytes / 2;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
