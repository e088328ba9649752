import type { Child } from "./child.ts";

const LONGEST_WAIT = 10;
/** A stage that used this share of its limit in processor time really ran for so long. */
const PROCESSOR_SHARE = 0.8;

/** Rings when what a worker does takes longer than it may. */
export class StageAlarm {
  readonly #worker: Pick<Child<never, never>, "processorMs">;
  readonly #adapterKind: "hardware" | "software";
  readonly #longestWait: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param longestWait however busy the machine is, a stage ends after this many times its limit */
  constructor(
    worker: Pick<Child<never, never>, "processorMs">,
    adapterKind: "hardware" | "software",
    longestWait = LONGEST_WAIT,
  ) {
    this.#worker = worker;
    this.#adapterKind = adapterKind;
    this.#longestWait = longestWait;
  }

  /** Begins a stage, and ends the one before. */
  set(limitMs: number, onLate: () => void): void {
    this.clear();
    const start = { wallMs: performance.now(), processorMs: this.#worker.processorMs() ?? 0 };
    const wait = (delayMs: number) => {
      this.#timer = setTimeout(() => {
        const moreMs = this.#adapterKind === "software" ? this.#owedMs(start, limitMs) : 0;
        if (moreMs > 0) wait(moreMs);
        else onLate();
      }, delayMs);
    };
    wait(limitMs);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  /**
   * How much longer a stage may go on, although the clock on the wall says that its limit is over: on a software
   * adapter kernels run on the processor, and the machine may have been busy with something else. Only what the worker
   * itself has used counts.
   */
  #owedMs(start: { readonly wallMs: number; readonly processorMs: number }, limitMs: number): number {
    const processorMs = this.#worker.processorMs();
    if (processorMs === undefined || performance.now() - start.wallMs > this.#longestWait * limitMs) return 0;
    return Math.max(0, PROCESSOR_SHARE * limitMs - (processorMs - start.processorMs));
  }
}
