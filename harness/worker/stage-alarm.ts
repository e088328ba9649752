import type { Child } from "./child.ts";
import { UndisturbedClock } from "./undisturbed-clock.ts";

/** The interval between checks of a running stage. Most stages are shorter, and are never checked. */
const PERIOD_MS = 250;

/** Other load slows a process by more than its waits: they share caches and cores. */
const DISTURBED_SHARE = 0.8;

/** The circumstances of a late stage. */
export interface Lateness {
  /** Whether the machine was otherwise busy, or its load is unknown: a second try may then succeed. */
  readonly wasDisturbed: boolean;
}

/** Rings when a worker's stage exceeds its limit, which is extended by the time lost on a busy machine. */
export class StageAlarm {
  readonly #worker: Pick<Child<never, never>, "times">;
  #timer: NodeJS.Timeout | undefined;

  constructor(worker: Pick<Child<never, never>, "times">) {
    this.#worker = worker;
  }

  /** Starts a stage, and ends the previous one. */
  set(limitMs: number, onLate: (lateness: Lateness) => void): void {
    this.clear();
    const startMs = performance.now();
    const wait = (delayMs: number, then: () => void) => {
      this.#timer = setTimeout(then, delayMs);
    };
    const firstMs = Math.min(limitMs, PERIOD_MS);
    wait(firstMs, () => {
      // Not earlier: reading a process's times costs more than most stages take.
      const clock = new UndisturbedClock(this.#worker);
      const look = () => {
        const undisturbedMs = firstMs + clock.read();
        if (undisturbedMs < limitMs) return wait(Math.min(limitMs - undisturbedMs, PERIOD_MS), look);
        const share = undisturbedMs / (performance.now() - startMs);
        const wasDisturbed = !clock.isExact || share < DISTURBED_SHARE;
        // Messages from the worker are handled first: this process itself may have been busy.
        wait(0, () => onLate({ wasDisturbed }));
      };
      look();
    });
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
