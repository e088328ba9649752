import type { SpeedPoints } from "./assignment.ts";

/** CS149's thresholds as speeds: all points within 1.2 times the baseline's time, none from ten times. */
export const CS149_FULL = 1 / 1.2;
const CS149_NONE = 0.1;

/** The speed of a submission, as rules for points see it. */
export interface MarkedSpeed {
  /** The baseline's time divided by the submission's. */
  readonly speedup: number;
  /** The share of the roofline: the geometric mean over the shapes. */
  readonly rooflineShare: number;
}

/**
 * The points for a speed.
 *
 * @param most those that full speed gives
 */
export function speedPoints(rule: SpeedPoints, { speedup, rooflineShare }: MarkedSpeed, most: number): number {
  if (rule.table !== undefined) return rule.table.findLast(([from]) => speedup >= from)?.[1] ?? 0;
  if (rule.curve === "cs149") return most * cs149Share(speedup);
  if (rule.roofline !== undefined) return most * Math.min(rooflineShare / rule.roofline, 1);
  return most * logarithmicShare(speedup, rule.full!);
}

/**
 * The share of the speed points for a speedup: none up to 1×, all from `full`×, and in between the same for each
 * doubling, since the second doubling is no easier than the first.
 *
 * @param speedup the baseline's time divided by the submission's
 */
export function logarithmicShare(speedup: number, full: number): number {
  if (!(speedup > 1)) return 0;
  return Math.min(Math.log(speedup) / Math.log(full), 1);
}

/**
 * Stanford's CS149, assignment 3, "Grading Guidelines": for a time T and the reference's time R, all points if
 * T ≤ 1.2 R, none if T ≥ 10 R, and R / T of them in between. Source: https://github.com/stanford-cs149/asst3
 *
 * @param speedup R / T
 */
export function cs149Share(speedup: number): number {
  if (speedup >= CS149_FULL) return 1;
  return speedup > CS149_NONE ? speedup : 0;
}
