import type { Assignment, TaskPoints } from "../results/assignment.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Adjustment } from "../results/mark-facts.ts";
import type { EarnedMark } from "./task-mark.ts";

/** How a mark is part of the total. */
export type Counting = "counted" | "optional" | "bonus" | "dropped";

/** A candidate's mark for a task. Points are rounded up to hundredths: never below what was earned. */
export interface TaskMark {
  /** After lateness and adjustments; `null` if there is no mark: it is held, or not graded yet. */
  readonly points: number | null;
  /** The possible points, without those that cannot be marked. */
  readonly max: number;
  /** Before lateness and adjustments, as `speedPoints`. */
  readonly correctnessPoints: number | null;
  readonly speedPoints: number | null;
  /** The speed relative to the kernel that it was measured against; `null` if it was not measured. */
  readonly speedup: number | null;
  readonly counting: Counting;
  /** What rules and people did to this mark, for people: lateness, the best attempt, adjustments, dropping. */
  readonly rules: readonly string[];
  /** The reasons why it is not more, then the rules, and how it counts if not as usual; may be empty. */
  readonly remark: string;
}

/** A task's mark before the total is made: points are exact. */
export interface OpenMark extends EarnedMark {
  readonly attempt: Attempt | undefined;
  readonly worth: TaskPoints;
  readonly rules: readonly string[];
  /** The late days that could change it. */
  readonly daysLate: number;
}

/** What a candidate's marks for the tasks add up to. */
export interface Total {
  /** One for each task of the assignment, in its order. */
  readonly tasks: Readonly<Record<string, TaskMark>>;
  /** The sum over the marked tasks that count. */
  readonly points: number;
  /** The sum over the tasks that are marked or held, and neither optional, bonus nor dropped. */
  readonly max: number;
  /** Tasks to mark by hand. Their points are in `max`, so that no candidate gains from a task that cannot be judged. */
  readonly held: readonly string[];
  /** The attempt behind each mark. */
  readonly attempts: ReadonlyMap<string, Attempt>;
  /** The changes of the total, for people. */
  readonly remarks: readonly string[];
  /** The late days that could change it. */
  readonly daysLate: number;
}

/**
 * Adds up the marks that count, and changes the total by hand.
 *
 * @param adjustments the candidate's own; those of tasks are in the marks already
 */
export function addUp(
  marks: readonly (readonly [string, OpenMark])[],
  assignment: Assignment,
  adjustments: readonly Adjustment[],
): Total {
  const graded = marks.filter(([, { attempt, points }]) => attempt !== undefined || points !== null);
  const dropped = lowestMarks(graded, assignment.drop ?? 0);
  const closed = marks.map(([task, mark]) => [task, closeMark(mark, dropped.has(task), dropped.size)] as const);
  const tasks = Object.fromEntries(closed);
  const sum = (counting: Counting, value: "points" | "max") =>
    graded.reduce((total, [task]) => total + (tasks[task]!.counting === counting ? (tasks[task]![value] ?? 0) : 0), 0);
  const max = sum("counted", "max");
  const counted = sum("counted", "points");
  const withOptional = Math.max(counted, Math.min(max, counted + sum("optional", "points")));
  const changes = adjustments.filter(({ task }) => task === undefined);
  const change = changes.reduce((total, one) => total + (one.change ?? 0), 0);
  return {
    tasks,
    points: roundPoints(Math.max(0, withOptional + sum("bonus", "points") + change)),
    max: roundPoints(max),
    held: graded.filter(([, { points }]) => points === null).map(([task]) => task),
    attempts: new Map(marks.flatMap(([task, { attempt }]) => (attempt === undefined ? [] : [[task, attempt]]))),
    remarks: changes.map((one) => `${signed(one.change ?? 0)}: ${one.reason}`),
    daysLate: Math.max(0, ...marks.map(([, { daysLate }]) => daysLate)),
  };
}

/** The tasks that `drop` leaves out: those with the lowest shares of their points; a held one counts as 0. */
function lowestMarks(marks: readonly (readonly [string, OpenMark])[], drop: number): ReadonlySet<string> {
  const share = ({ points, max }: OpenMark) => (max > 0 ? (points ?? 0) / max : 0);
  const droppable = marks.filter(([, { worth }]) => countingOf(worth) === "counted" && worth.required !== true);
  const sorted = droppable.toSorted(([, a], [, b]) => share(a) - share(b));
  return new Set(sorted.slice(0, drop).map(([task]) => task));
}

const COUNTING_REMARKS: Readonly<Record<Counting, string>> = {
  counted: "",
  dropped: "",
  optional: "optional: makes up for points lost in other tasks",
  bonus: "bonus: added to the total",
};

function closeMark(mark: OpenMark, isDropped: boolean, droppedCount: number): TaskMark {
  const { points, max, correctnessPoints, speedPoints, speedup, worth, attempt } = mark;
  const counting = isDropped ? "dropped" : countingOf(worth);
  const rules = [...mark.rules];
  if (isDropped)
    rules.push(droppedCount === 1 ? "dropped: the lowest mark" : `dropped: one of the ${droppedCount} lowest`);
  if (worth.required === true && attempt !== undefined && attempt.verdict !== "accepted") {
    rules.push("required, but not accepted");
  }
  return {
    points: rounded(points),
    max: roundPoints(max),
    correctnessPoints: rounded(correctnessPoints),
    speedPoints: rounded(speedPoints),
    speedup,
    counting,
    rules,
    remark: [...mark.remarks, ...rules, COUNTING_REMARKS[counting]].filter((text) => text !== "").join("; "),
  };
}

function countingOf({ optional, bonus }: TaskPoints): Counting {
  return optional === true ? "optional" : bonus === true ? "bonus" : "counted";
}

/** The possible points of someone with an attempt at every task. */
export function possibleTotal({ tasks, drop = 0 }: Assignment, possible: Readonly<Record<string, number>>): number {
  const counted = Object.entries(tasks).filter(([, worth]) => countingOf(worth) === "counted");
  const droppable = counted.filter(([, { required }]) => required !== true).map(([task]) => possible[task]!);
  const dropped = droppable.sort((a, b) => a - b).slice(0, drop);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return roundPoints(sum(counted.map(([task]) => possible[task]!)) - sum(dropped));
}

/** `+1.5`, `-2` */
export function signed(change: number): string {
  return change < 0 ? String(change) : `+${change}`;
}

function rounded(points: number | null): number | null {
  return points === null ? null : roundPoints(points);
}

/** Far below a hundredth, far above the error of a sum. */
const ROUNDING_ERROR = 1e-6;

/**
 * Up to hundredths, so that rounding takes nothing away. More digits have no meaning, and their sums show the rounding of
 * binary fractions, as in 0.30000000000000004.
 */
export function roundPoints(points: number): number {
  return Math.max(0, Math.ceil(points * 100 - ROUNDING_ERROR)) / 100;
}
