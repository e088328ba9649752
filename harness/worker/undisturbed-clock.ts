import type { Child, ProcessTimes } from "./child.ts";

/** On the busiest machine, this share of wall-clock time still counts, so that every wait ends. */
const LEAST_SHARE = 1 / 100;
/** The same if the system does not report how long threads were kept waiting. */
const LEAST_SHARE_INEXACT = 1 / 10;
/** Then, with half a processor or more to spare, no thread is kept waiting. */
const SPARE_PROCESSORS = 1 / 2;

/**
 * Counts the time that a process would have taken with the machine to itself: it excludes time in which its threads
 * were ready to run but no processor was free. Waiting for a GPU, or for nothing at all, counts.
 */
export class UndisturbedClock {
  readonly #process: Pick<Child<never, never>, "times">;
  #last: { readonly wallMs: number; readonly times: ProcessTimes | undefined };
  #totalMs = 0;

  constructor(process: Pick<Child<never, never>, "times">) {
    this.#process = process;
    this.#last = { wallMs: performance.now(), times: process.times() };
  }

  /** Whether the system reports all that the clock needs. */
  get isExact(): boolean {
    return this.#last.times?.queuedMs !== undefined;
  }

  /** The time since the clock was made. */
  read(): number {
    const last = this.#last;
    const now = { wallMs: performance.now(), times: this.#process.times() };
    this.#last = now;
    this.#totalMs += undisturbedMs(now.wallMs - last.wallMs, last.times, now.times);
    return this.#totalMs;
  }
}

function undisturbedMs(wallMs: number, from: ProcessTimes | undefined, to: ProcessTimes | undefined): number {
  if (from === undefined || to === undefined) return wallMs;
  // Its own threads may wait for each other if there are more of them than processors: their processor time counts.
  const processorMs = to.processorMs - from.processorMs;
  if (from.queuedMs === undefined || to.queuedMs === undefined) {
    if (to.idleMs - from.idleMs >= SPARE_PROCESSORS * wallMs) return wallMs;
    return Math.min(wallMs, Math.max(processorMs, LEAST_SHARE_INEXACT * wallMs));
  }
  // Threads that work in turn, each waking the next, are kept waiting one after the other.
  let allQueuedMs = 0;
  for (const [thread, queuedMs] of to.queuedMs) allQueuedMs += queuedMs - (from.queuedMs.get(thread) ?? 0);
  return Math.min(wallMs, Math.max(processorMs, wallMs - allQueuedMs, LEAST_SHARE * wallMs));
}
