import type { Assignment, TaskPoints } from "../results/assignment.ts";
import type { Attempt } from "../results/attempt.ts";
import { isInternalError } from "../results/measurement.ts";
import type { Verdict } from "../results/verdict.ts";
import { type CaseGroups, countPassedGroups } from "./case-groups.ts";

/** What a candidate gets for a task. */
export interface TaskMark {
  /** `null` where there is no mark: it is held, or not graded yet. */
  readonly points: number | null;
  readonly max: number;
  readonly correctnessPoints: number | null;
  readonly speedPoints: number | null;
  /** How many times as fast as the kernel that it was measured against; `null` where it was not measured. */
  readonly speedup: number | null;
  /** Why it is not more, for people; empty where there is nothing to say. */
  readonly remark: string;
}

/** What a candidate gets for an assignment. */
export interface CandidateMarks {
  readonly candidate: string;
  /** One for each task of the assignment, in its order. */
  readonly tasks: Readonly<Record<string, TaskMark>>;
  /** Over the tasks that are marked. */
  readonly points: number;
  /** Of the tasks that are marked or held. */
  readonly max: number;
  /** Tasks that a person has to mark. Their points are in `max`: nobody gains by what cannot be judged. */
  readonly held: readonly string[];
}

export interface Marks {
  /** A practice run: the points are there to learn from. */
  readonly isIndicative: boolean;
  /** In alphabetical order. */
  readonly candidates: readonly CandidateMarks[];
}

export interface MarksInput {
  readonly assignment: Assignment;
  readonly attempts: readonly Attempt[];
  /** The groups of each task's cases in this run: attempts that were stopped do not know all of them. */
  readonly groups: ReadonlyMap<string, CaseGroups>;
  readonly adapterKind: "hardware" | "software";
  /** The yardstick's time divided by the submission's: 2 is twice as fast. Undefined where it was not measured. */
  readonly speedup?: (attempt: Attempt) => number | undefined;
}

/**
 * What says nothing about the kernel, though something was submitted. A candidate can bring it about, so it must never
 * take a task out of the maximum.
 */
export function isHeld({ verdict }: { readonly verdict: Verdict }): boolean {
  return verdict === "unsupported" || verdict === "harness-error";
}

/** Marks everybody who has an attempt. Of several attempts at a task, the last one counts. */
export function computeMarks(input: MarksInput): Marks {
  const byCandidate = new Map<string, Map<string, Attempt>>();
  for (const attempt of input.attempts) {
    const own = byCandidate.get(attempt.candidate) ?? new Map<string, Attempt>();
    byCandidate.set(attempt.candidate, own.set(attempt.task, attempt));
  }
  const candidates = [...byCandidate].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    isIndicative: input.assignment.practice,
    candidates: candidates.map(([candidate, attempts]) => markCandidate(candidate, attempts, input)),
  };
}

function markCandidate(candidate: string, attempts: ReadonlyMap<string, Attempt>, input: MarksInput): CandidateMarks {
  const tasks: Record<string, TaskMark> = {};
  const held: string[] = [];
  let points = 0;
  let max = 0;
  for (const [task, worth] of Object.entries(input.assignment.tasks)) {
    const attempt = attempts.get(task);
    const mark = markTask(task, worth, attempt, input);
    tasks[task] = mark;
    if (attempt === undefined) continue;
    if (mark.points === null) held.push(task);
    points += mark.points ?? 0;
    max += mark.max;
  }
  return { candidate, tasks, points: roundPoints(points), max: roundPoints(max), held };
}

function markTask(task: string, worth: TaskPoints, attempt: Attempt | undefined, input: MarksInput): TaskMark {
  if (attempt === undefined) return unmarked(worth, "not graded yet");
  switch (attempt.verdict) {
    case "missing":
      return {
        points: 0,
        max: worth.points,
        correctnessPoints: 0,
        speedPoints: 0,
        speedup: null,
        remark: "nothing was handed in",
      };
    case "unsupported":
      return unmarked(worth, "held for a person, since this adapter lacks a feature that the plan requires");
    case "harness-error":
      return unmarked(worth, "held for a person, since Kernelmark failed on it twice");
  }
  const groups = input.groups.get(task);
  if (groups === undefined) throw new Error(`The groups of the cases of ${task} are not known.`);
  const passed = countPassedGroups(groups, attempt.cases);
  const correctnessPoints = roundPoints(worth.points * worth.correctness * (passed / groups.size));
  const speed = markSpeed(worth, attempt, input);
  if (speed.points === null) {
    return { ...unmarked(worth, speed.remark), correctnessPoints };
  }
  const remarks = passed === groups.size ? [] : [`${passed} of ${groups.size} groups of cases are right`];
  if (speed.remark !== "") remarks.push(speed.remark);
  return {
    points: roundPoints(correctnessPoints + speed.points),
    max: worth.points,
    correctnessPoints,
    speedPoints: speed.points,
    speedup: attempt.measurement?.state === "measured" ? attempt.measurement.speedup : null,
    remark: remarks.join("; "),
  };
}

function unmarked({ points }: TaskPoints, remark: string): TaskMark {
  return { points: null, max: points, correctnessPoints: null, speedPoints: null, speedup: null, remark };
}

function markSpeed(
  { points, correctness, speed }: TaskPoints,
  attempt: Attempt,
  { assignment, adapterKind, speedup }: MarksInput,
): { readonly points: number | null; readonly remark: string } {
  if (speed === undefined || correctness === 1) return { points: 0, remark: "" };
  if (attempt.verdict !== "accepted") return { points: 0, remark: "speed counts only where all is right" };
  const measured = speedup?.(attempt);
  const isCounted = adapterKind === "hardware" || assignment.software;
  if (isCounted && isInternalError(attempt.measurement)) {
    return { points: null, remark: "held for a person, since Kernelmark failed twice while measuring its speed" };
  }
  if (measured === undefined) return { points: 0, remark: unmeasuredRemark(attempt) };
  if (attempt.measurement?.state === "measured" && attempt.measurement.isImplausible) {
    return { points: 0, remark: "faster than this adapter can be: no speed points until a person has looked at it" };
  }
  if (!isCounted) {
    const indicative = `indicative: ${measured.toFixed(2)}x as fast as ${speed.against}`;
    return { points: 0, remark: `speed is not marked on a software adapter (${indicative})` };
  }
  return { points: roundPoints(points * (1 - correctness) * speedShare(measured, speed.full)), remark: "" };
}

function unmeasuredRemark({ measurement }: Attempt): string {
  return measurement?.state === "failed" ? `speed was not measured: ${measurement.message}` : "speed was not measured";
}

/**
 * The share of the speed points for a speedup: none at 1× and below, all at `full`× and above, and the same for each
 * doubling between, since the second doubling is not easier to get than the first.
 *
 * @param speedup the yardstick's time divided by the submission's
 */
export function speedShare(speedup: number, full: number): number {
  if (!(speedup > 1)) return 0;
  return Math.min(Math.log(speedup) / Math.log(full), 1);
}

/** To hundredths: more digits say nothing, and sums of them end in 0.30000000000000004. */
function roundPoints(points: number): number {
  return Math.round((points + Number.EPSILON * points) * 100) / 100;
}
