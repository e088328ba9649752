import type { Marks, TaskMark } from "../../marks/marks.ts";

/** A rank among all who were marked, without data about any one of them. */
export interface Standing {
  /** 1 is the best; equal values share a rank. */
  readonly rank: number;
  /** The number of candidates with this rank, including this one. */
  readonly sharedBy: number;
  readonly of: number;
  readonly quartiles: Quartiles;
}

export interface Quartiles {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** With fewer, a rank and quartiles would reveal one person's result. */
export const SMALLEST_COHORT = 5;

/** The candidate's points among all, as shares of each one's maximum; undefined if too few were marked. */
export function pointsStanding(marks: Marks, candidate: string): Standing | undefined {
  const marked = marks.candidates.filter(({ max, held }) => max > 0 && held.length === 0);
  const shares = marked.map(({ points, max }) => points / max);
  const own = marked.find((one) => one.candidate === candidate);
  return own === undefined ? undefined : standing(own.points / own.max, shares);
}

/** The candidate's speed at a task among all measured; undefined if too few were. */
export function speedStanding(marks: Marks, candidate: string, task: string): Standing | undefined {
  const speedOf = (tasks: Readonly<Record<string, TaskMark>>) => tasks[task]?.speedup ?? null;
  const speeds = marks.candidates.map(({ tasks }) => speedOf(tasks)).filter((speed) => speed !== null);
  const own = marks.candidates.find((one) => one.candidate === candidate);
  const speed = own === undefined ? null : speedOf(own.tasks);
  return speed === null ? undefined : standing(speed, speeds);
}

function standing(own: number, all: readonly number[]): Standing | undefined {
  if (all.length < SMALLEST_COHORT) return undefined;
  const sorted = [...all].sort((a, b) => a - b);
  return {
    rank: 1 + all.filter((value) => value > own).length,
    sharedBy: all.filter((value) => value === own).length,
    of: all.length,
    quartiles: { low: quantile(sorted, 0.25), median: quantile(sorted, 0.5), high: quantile(sorted, 0.75) },
  };
}

/** Interpolated linearly, as in R's default (type 7). */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)]!;
  return below + (at - Math.floor(at)) * (sorted[Math.ceil(at)]! - below);
}
