import type { Interval, StoppedBy } from "../results/measurement.ts";
import { FEWEST_FOR_MEDIAN, halfWidth } from "./interval.ts";

/** Sampling stops when the interval is this narrow, to either side. */
export const PRECISION = 0.005;
/** The fewest pairs, even for the slowest kernel. */
export const FEWEST_PAIRS = 3;
/** All samples are kept; more would only fill the reports. */
const MOST_PAIRS = 2000;
/**
 * The interval is checked only when the samples have grown by this factor: frequent checks find it narrow by chance.
 */
const GROWTH = 1.25;

/** Decides when to stop sampling. */
export class Stopping {
  readonly #budgetMs: number;
  #nextLook = FEWEST_FOR_MEDIAN;

  constructor(budgetMs: number) {
    this.#budgetMs = budgetMs;
  }

  /** @param interval called only if needed, since it costs some milliseconds */
  verdict(pairs: number, spentMs: number, interval: () => Interval): StoppedBy | undefined {
    if (pairs < FEWEST_PAIRS) return undefined;
    if (spentMs >= this.#budgetMs) return "budget";
    if (pairs >= MOST_PAIRS) return "most-samples";
    if (pairs < this.#nextLook) return undefined;
    this.#nextLook = Math.ceil(GROWTH * pairs);
    return halfWidth(interval()) <= PRECISION ? "precision" : undefined;
  }
}
