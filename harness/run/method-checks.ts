import type { MeasuredKernel } from "../bench/measure-job.ts";
import { halfWidth, holds, inverse, median } from "../measure/interval.ts";
import { KNOWN_WORK_TASK } from "../measure/known-work.ts";
import type { MeasuredShape } from "../measure/shapes.ts";
import type { Interval, ShapeMeasurement } from "../results/measurement.ts";
import { defaultLimits } from "../task/limits.ts";
import { sizesText } from "../text/f32-text.ts";
import type { MeasuringService } from "./measuring-service.ts";

/**
 * Shapes for the kernel of known work, with a workgroup for each hundredth of it. On software adapters it takes about
 * 0.7 ms: a shorter one is hardly above the cost of any dispatch, and a longer one leaves too few pairs. On hardware it
 * is larger, to take at least about ten microseconds.
 */
const SHAPES = { software: { rows: 100, cols: 64 }, hardware: { rows: 65_536, cols: 64 } } as const;

/** Measures kernels of a known ratio, to test whether measuring finds it. */
export class MethodChecks {
  readonly #measurer: MeasuringService;
  readonly #shape: MeasuredShape["shape"];
  readonly #onTrial: (done: number, count: number) => void;

  constructor(
    measurer: MeasuringService,
    adapterKind: "hardware" | "software",
    onTrial: (done: number, count: number) => void = () => {},
  ) {
    this.#measurer = measurer;
    this.#shape = SHAPES[adapterKind];
    this.#onTrial = onTrial;
  }

  /** `softmax, rows=100 cols=64` */
  get about(): string {
    return `${KNOWN_WORK_TASK}, ${sizesText(this.#shape)}`;
  }

  /** The same kernel against itself: the interval should contain 1. */
  same(count: number, budgetMs: number): Promise<ShapeMeasurement[]> {
    return this.#trials(kernel(0), kernel(0), count, budgetMs);
  }

  /** A kernel that repeats a share of its work against one that does not: slower by about that share. */
  slower(share: number, count: number, budgetMs: number): Promise<ShapeMeasurement[]> {
    return this.#trials(kernel(share), kernel(0), count, budgetMs);
  }

  /** The same pair with the roles exchanged. */
  swapped(share: number, count: number, budgetMs: number): Promise<ShapeMeasurement[]> {
    return this.#trials(kernel(0), kernel(share), count, budgetMs);
  }

  async #trials(
    candidate: MeasuredKernel,
    yardstick: MeasuredKernel,
    count: number,
    budgetMs: number,
  ): Promise<ShapeMeasurement[]> {
    const trial = { name: "trial", shape: this.#shape, params: {} };
    const measurements: ShapeMeasurement[] = [];
    const outcome = await this.#measurer.measure(
      {
        task: KNOWN_WORK_TASK,
        seed: "method",
        candidate,
        yardstick,
        against: "plain",
        shapes: Array.from({ length: count }, () => trial),
        budgetMs,
        clock: "timestamps",
        isChecked: true,
        limits: defaultLimits,
      },
      {
        onShape: (measurement) => {
          measurements.push(measurement);
          this.#onTrial(measurements.length, count);
        },
      },
    );
    if (outcome.kind === "measured") return measurements;
    throw new Error(outcome.kind === "fault" ? outcome.message : outcome.refusal.message);
  }
}

function kernel(repeatedShare: number): MeasuredKernel {
  return { kind: "known-work", repeatedShare };
}

/** A summary of trials with a known ratio. */
export interface TrialsSummary {
  readonly count: number;
  /** The number of intervals that contain the true ratio, and of those that exclude 1. */
  readonly heldTruth: number;
  readonly excludedOne: number;
  /** The number of intervals that do both. */
  readonly right: number;
  /** The median, as a share: 0.005 is ±0.5 %. */
  readonly halfWidth: number;
  readonly ratio: number;
  readonly busyShare: number;
  readonly candidateNs: number;
  readonly stoppedByPrecision: number;
}

/** @param truth the known ratio: the baseline's time divided by the candidate's */
export function summarizeTrials(trials: readonly ShapeMeasurement[], truth: number): TrialsSummary {
  const intervals = trials.map(({ speedup }) => speedup);
  const excludes = (interval: Interval) => !holds(interval, 1);
  return {
    count: trials.length,
    heldTruth: intervals.filter((interval) => holds(interval, truth)).length,
    excludedOne: intervals.filter(excludes).length,
    right: intervals.filter((interval) => holds(interval, truth) && excludes(interval)).length,
    halfWidth: median(intervals.map(halfWidth)),
    ratio: median(intervals.map(({ estimate }) => estimate)),
    busyShare: median(trials.map(({ busyShare }) => busyShare)),
    candidateNs: median(trials.map(({ candidateNs }) => candidateNs)),
    stoppedByPrecision: trials.filter(({ stoppedBy }) => stoppedBy === "precision").length,
  };
}

/** Whether exchanging the kernels has inverted their ratio, within both intervals. */
export function isInverted(one: Interval, swapped: Interval): boolean {
  const other = inverse(swapped);
  return one.low <= other.high && other.low <= one.high;
}
