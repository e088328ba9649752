import type { Child } from "./child.ts";
import { UndisturbedClock } from "./undisturbed-clock.ts";

/** How often a stage that goes on is looked at. Most stages are shorter, and are never looked at. */
const PERIOD_MS = 250;

/** Other work on the machine slows a process by more than what it waits for: they share caches and cores. */
const DISTURBED_SHARE = 0.8;

/** How a stage came to be late. */
export interface Lateness {
  /** Whether the machine was busy with something else, or cannot tell: then a second try may end otherwise. */
  readonly wasDisturbed: boolean;
}

/** Rings when a stage of a worker takes longer than it may. A busy machine gives it as much longer. */
export class StageAlarm {
  readonly #worker: Pick<Child<never, never>, "times">;
  #timer: NodeJS.Timeout | undefined;

  constructor(worker: Pick<Child<never, never>, "times">) {
    this.#worker = worker;
  }

  /** Begins a stage, and ends the one before. */
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
        // What the worker has sent meanwhile comes first: this process may have been busy itself.
        wait(0, () => onLate({ wasDisturbed }));
      };
      look();
    });
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
