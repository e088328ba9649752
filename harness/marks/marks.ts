import type { Assignment, TaskPoints } from "../results/assignment.ts";
import type { Attempt } from "../results/attempt.ts";
import { isInternalError } from "../results/measurement.ts";
import { meantFor, type NotTaken } from "../results/not-taken.ts";
import type { Verdict } from "../results/verdict.ts";
import { count } from "../text/count.ts";
import { type CaseGroups, countPassedGroups } from "./case-groups.ts";

/** A candidate's mark for a task. */
export interface TaskMark {
  /** `null` if there is no mark: it is held, or not graded yet. */
  readonly points: number | null;
  readonly max: number;
  readonly correctnessPoints: number | null;
  readonly speedPoints: number | null;
  /** The speed relative to the kernel that it was measured against; `null` if it was not measured. */
  readonly speedup: number | null;
  /** The reason why it is not more, for people; may be empty. */
  readonly remark: string;
}

/** A candidate's marks for an assignment. */
export interface CandidateMarks {
  readonly candidate: string;
  /** One for each task of the assignment, in its order. */
  readonly tasks: Readonly<Record<string, TaskMark>>;
  /** The sum over the marked tasks. */
  readonly points: number;
  /** The sum over the tasks that are marked or held. */
  readonly max: number;
  /** Tasks to mark by hand. Their points are in `max`, so that no candidate gains from a task that cannot be judged. */
  readonly held: readonly string[];
}

export interface Marks {
  /** A practice run: the points do not count. */
  readonly isIndicative: boolean;
  /** In alphabetical order. */
  readonly candidates: readonly CandidateMarks[];
}

export interface MarksInput {
  readonly assignment: Assignment;
  readonly attempts: readonly Attempt[];
  /** The groups of each task's cases in this run: attempts that were stopped do not list all of them. */
  readonly groups: ReadonlyMap<string, CaseGroups>;
  readonly adapterKind: "hardware" | "software";
  /** Files that were probably submitted, but not graded. */
  readonly notTaken?: readonly NotTaken[];
  /** The baseline's time divided by the submission's: 2 is twice as fast. Undefined if it was not measured. */
  readonly speedup?: (attempt: Attempt) => number | undefined;
  /** Whether it is code that comes with Kernelmark, which an assignment may refuse. */
  readonly isBuiltInCode?: (attempt: Attempt) => boolean;
}

/**
 * Verdicts that do not judge the submitted kernel. A candidate can cause them, so they must never take a task out of
 * the maximum.
 */
export function isHeld({ verdict }: { readonly verdict: Verdict }): boolean {
  return verdict === "unsupported" || verdict === "harness-error";
}

/** Marks all candidates with an attempt. Of several attempts at a task, the last one counts. */
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
      return nothing(worth, missingRemark(attempt, input));
    case "unsupported":
      return unmarked(worth, "held for manual review: this adapter lacks a feature that the plan requires");
    case "harness-error":
      return unmarked(worth, "held for manual review: Kernelmark failed on it twice");
  }
  if (input.assignment.builtInCode === "refuse" && input.isBuiltInCode?.(attempt)) {
    return nothing(worth, "code that comes with Kernelmark does not count");
  }
  const groups = input.groups.get(task);
  if (groups === undefined) throw new Error(`The case groups of ${task} are missing.`);
  const passed = countPassedGroups(groups, attempt.cases);
  const correctnessPoints = roundPoints(worth.points * worth.correctness * (passed / groups.size));
  const speed = markSpeed(worth, attempt, input);
  if (speed.points === null) {
    return { ...unmarked(worth, speed.remark), correctnessPoints };
  }
  const remarks = passed === groups.size ? [] : [`${passed} of ${groups.size} groups of cases passed`];
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

/** `not submitted`, or `my_softmax.ts was not taken: its name is not that of a task`. */
function missingRemark({ candidate, task }: Attempt, { notTaken = [] }: MarksInput): string {
  const [first, ...others] = meantFor(notTaken, candidate, task);
  if (first === undefined) return "not submitted";
  const why = `${first.reason.charAt(0).toLowerCase()}${first.reason.slice(1).replace(/\.$/, "")}`;
  const more = others.length === 0 ? "" : `, nor ${count(others.length, "other file")}`;
  return `\`${first.path}\` was not taken${more}: ${why}`;
}

function nothing({ points }: TaskPoints, remark: string): TaskMark {
  return { points: 0, max: points, correctnessPoints: 0, speedPoints: 0, speedup: null, remark };
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
  if (attempt.verdict !== "accepted") return { points: 0, remark: "speed counts only if all cases pass" };
  const measured = speedup?.(attempt);
  const isCounted = adapterKind === "hardware" || assignment.software;
  if (isCounted && isInternalError(attempt.measurement)) {
    return { points: null, remark: "held for manual review: Kernelmark failed twice while measuring its speed" };
  }
  if (measured === undefined) return { points: 0, remark: unmeasuredRemark(attempt) };
  if (attempt.measurement?.state === "measured" && attempt.measurement.isImplausible) {
    return { points: 0, remark: "faster than this adapter can be: speed points await manual review" };
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
 * The share of the speed points for a speedup: none up to 1×, all from `full`×, and in between the same for each
 * doubling, since the second doubling is no easier than the first.
 *
 * @param speedup the baseline's time divided by the submission's
 */
export function speedShare(speedup: number, full: number): number {
  if (!(speedup > 1)) return 0;
  return Math.min(Math.log(speedup) / Math.log(full), 1);
}

/** To hundredths: more digits have no meaning, and their sums show rounding, as in 0.30000000000000004. */
function roundPoints(points: number): number {
  return Math.round((points + Number.EPSILON * points) * 100) / 100;
}
