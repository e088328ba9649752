import { group } from "d3-array";
import type { Assignment, TaskPoints } from "../results/assignment.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Adjustment, Extension, MarkFacts, Received, TeamMember } from "../results/mark-facts.ts";
import type { EarlierRun } from "../results/results.ts";
import { count } from "../text/count.ts";
import { printable } from "../text/printable.ts";
import type { CaseGroups } from "./case-groups.ts";
import { type Lateness, lateDaysOf, latenessOf, ownDeadline } from "./lateness.ts";
import { type EarnedMark, markAttempt, type SpeedGap, speedGap } from "./task-mark.ts";

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

/** A candidate's marks for an assignment. */
export interface CandidateMarks {
  readonly candidate: string;
  /** The folder of their attempts: their own or their team's. */
  readonly folder: string;
  /** One for each task of the assignment, in its order. */
  readonly tasks: Readonly<Record<string, TaskMark>>;
  /** The sum over the marked tasks that count. */
  readonly points: number;
  /** The sum over the tasks that are marked or held, and neither optional, bonus nor dropped. */
  readonly max: number;
  /** Tasks to mark by hand. Their points are in `max`, so that no candidate gains from a task that cannot be judged. */
  readonly held: readonly string[];
  /** What changed the total, for people: team, late days, adjustments; may be empty. */
  readonly remark: string;
  /** The attempt behind each mark. */
  readonly attempts: ReadonlyMap<string, Attempt>;
}

export interface Marks {
  /** A practice run: the points do not count. */
  readonly isIndicative: boolean;
  /** The possible points of each task, in the order of the assignment, without those that cannot be marked. */
  readonly possible: Readonly<Record<string, number>>;
  /** The possible points of the assignment. */
  readonly max: number;
  /** In alphabetical order; each member of a team is one. */
  readonly candidates: readonly CandidateMarks[];
  /** Warnings for instructors, as sentences. */
  readonly remarks: readonly string[];
}

export interface MarksInput extends MarkFacts {
  readonly assignment: Assignment;
  readonly attempts: readonly Attempt[];
  /** Runs whose attempts count too if the best attempt counts. */
  readonly earlier?: readonly EarlierRun[] | undefined;
  /** The groups of each task's cases in this run: attempts that were stopped do not list all of them. */
  readonly groups: ReadonlyMap<string, CaseGroups>;
  readonly adapterKind: "hardware" | "software";
  /** Whether the run was to measure; undefined if that is not known. */
  readonly isMeasured?: boolean | undefined;
}

/** Marks all candidates with an attempt. Of several attempts of this run at a task, the last one is used. */
export function computeMarks(input: MarksInput): Marks {
  const { assignment, teams = [] } = input;
  const entries = entriesByFolder(input);
  const gaps = new Map(
    Object.entries(assignment.tasks).map(([task, worth]) => {
      const attempts = [...entries.values()].flatMap((tasks) => (tasks.get(task) ?? []).map(({ attempt }) => attempt));
      const isCounted = input.adapterKind === "hardware" || assignment.software;
      return [task, speedGap(worth, attempts, isCounted, input.isMeasured)];
    }),
  );
  const people = [...entries].flatMap(([folder, tasks]) =>
    membersOf(folder, teams).map((candidate) => markCandidate(candidate, folder, tasks, gaps, input)),
  );
  const candidates = people.sort((a, b) => (a.candidate < b.candidate ? -1 : 1));
  const possible = Object.fromEntries(
    Object.entries(assignment.tasks).map(([task, worth]) => {
      const { max } = markAttempt(worth, undefined, undefined, gaps.get(task)!);
      return [task, roundPoints(max)];
    }),
  );
  return {
    isIndicative: assignment.practice,
    possible,
    max: possibleTotal(assignment, possible),
    candidates,
    remarks: [...leftOutSpeed(gaps), ...unknownTimes(input)],
  };
}

/** The people who submit in a folder: a team's members, or the candidate with its name. */
export function membersOf(folder: string, teams: readonly TeamMember[]): string[] {
  const members = teams.filter(({ team }) => team === folder).map(({ candidate }) => candidate);
  return members.length === 0 ? [folder] : members;
}

/** An attempt with what decides if it counts. */
interface Entry {
  readonly attempt: Attempt;
  /** ISO 8601; undefined if it is not known. */
  readonly receivedAt: string | undefined;
  /** The earlier run that judged it; undefined for this one. */
  readonly run: string | undefined;
}

/** The attempts of each folder by task, the latest last. */
function entriesByFolder({ attempts, received, earlier = [], assignment, groups }: MarksInput) {
  const folders = new Map<string, Map<string, Entry[]>>();
  const add = (attempt: Attempt, times: readonly Received[], run: string | undefined) => {
    const tasks = folders.get(attempt.candidate) ?? new Map<string, Entry[]>();
    folders.set(attempt.candidate, tasks);
    const earlierEntries = (tasks.get(attempt.task) ?? []).filter((entry) => entry.run !== run);
    tasks.set(attempt.task, [...earlierEntries, { attempt, receivedAt: receivedAt(attempt, times), run }]);
  };
  const present = new Set(attempts.map(({ candidate }) => candidate));
  if (assignment.attempts === "best") {
    for (const run of earlier) {
      for (const attempt of run.attempts) {
        if (present.has(attempt.candidate) && groups.has(attempt.task)) add(attempt, run.received ?? [], run.run);
      }
    }
  }
  for (const attempt of attempts) add(attempt, received ?? [], undefined);
  return folders;
}

/** The last time at which a candidate submitted a task, or anything; undefined if it is not known. */
function receivedAt({ candidate, task }: Attempt, times: readonly Received[]): string | undefined {
  const own = times.filter((one) => one.candidate === candidate);
  const ofTask = own.filter((one) => one.task === task);
  const counted = ofTask.length > 0 ? ofTask : own.filter((one) => one.task === undefined);
  return counted
    .map(({ at }) => at)
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1);
}

/** A task's mark before the total is made: points are exact. */
interface OpenMark extends EarnedMark {
  readonly attempt: Attempt | undefined;
  readonly worth: TaskPoints;
  readonly rules: readonly string[];
  /** The late days that could change it. */
  readonly daysLate: number;
}

function markCandidate(
  candidate: string,
  folder: string,
  entries: ReadonlyMap<string, readonly Entry[]>,
  gaps: ReadonlyMap<string, SpeedGap>,
  input: MarksInput,
): CandidateMarks {
  const { assignment } = input;
  const isOwn = (one: { readonly candidate: string }) => one.candidate === candidate || one.candidate === folder;
  const extensions = (input.extensions ?? []).filter(isOwn);
  const adjustments = (input.adjustments ?? []).filter(isOwn);
  const earned = new Map<Entry, EarnedMark>();
  const markWith = (lateDays: number): Total => {
    const marks = Object.entries(assignment.tasks).map(([task, worth]): [string, OpenMark] => {
      const markEntry = (entry: Entry) => {
        const mark = earned.get(entry) ?? markAttempt(worth, entry.attempt, input.groups.get(task), gaps.get(task)!);
        earned.set(entry, mark);
        return mark;
      };
      const own = { task, worth, extensions, lateDays, gap: gaps.get(task)! };
      return [task, adjust(bestEntry(entries.get(task) ?? [], own, markEntry, assignment), task, adjustments)];
    });
    return addUp(marks, assignment, adjustments);
  };
  const allowed = lateDaysOf(assignment, extensions);
  const { total, lateDays } = spendLateDays(markWith, allowed);
  const remarks = [
    ...(folder === candidate ? [] : [`team ${folder}`]),
    ...(lateDays === 0 ? [] : [`${lateDays} of ${count(allowed, "late day")} used`]),
    ...total.remarks,
  ];
  const { points, max, held, tasks, attempts } = total;
  return { candidate, folder, tasks, points, max, held, remark: remarks.join("; "), attempts };
}

/** Spends the fewest late days that give the most points. */
function spendLateDays(
  markWith: (lateDays: number) => Total,
  allowed: number,
): { readonly total: Total; readonly lateDays: number } {
  let best = { total: markWith(0), lateDays: 0 };
  const useful = Math.min(allowed, best.total.daysLate);
  for (let lateDays = 1; lateDays <= useful; lateDays++) {
    const total = markWith(lateDays);
    if (total.points > best.total.points) best = { total, lateDays };
  }
  return best;
}

interface OwnTask {
  readonly task: string;
  readonly worth: TaskPoints;
  readonly extensions: readonly Extension[];
  readonly lateDays: number;
  readonly gap: SpeedGap;
}

/**
 * The mark of the attempt that counts: the last one, or the best after lateness, and of equal ones the last. A held last
 * attempt counts, since it may be the best.
 */
function bestEntry(
  entries: readonly Entry[],
  own: OwnTask,
  markEntry: (entry: Entry) => EarnedMark,
  assignment: Assignment,
): OpenMark {
  const last = entries.at(-1);
  if (last === undefined) {
    const mark = markAttempt(own.worth, undefined, undefined, own.gap);
    return { ...mark, attempt: undefined, worth: own.worth, rules: [], daysLate: 0 };
  }
  const marks = entries.map((entry) => markLate(entry, markEntry(entry), own, assignment));
  const lastMark = marks.at(-1)!;
  const daysLate = Math.max(...marks.map((mark) => mark.daysLate));
  if (lastMark.points === null) return { ...lastMark, daysLate };
  const best = marks.reduce((a, b) => ((b.points ?? -1) >= (a.points ?? -1) ? b : a));
  return { ...best, daysLate };
}

function markLate(entry: Entry, earned: EarnedMark, own: OwnTask, { deadline, late }: Assignment): OpenMark {
  const { attempt, receivedAt: at, run } = entry;
  const { task, worth, extensions, lateDays } = own;
  const rules = run === undefined ? [] : [`best attempt, of ${run}`];
  const open = { ...earned, attempt, worth, daysLate: 0 };
  if (late === undefined || deadline === undefined || attempt.verdict === "missing") return { ...open, rules };
  const due = ownDeadline(deadline, task, extensions);
  const lateness: Lateness = latenessOf(at, late, due.at, lateDays);
  return {
    ...open,
    points: earned.points === null ? null : earned.points * (1 - lateness.share),
    // That nobody knows the time is no rule: for most of a run, one warning says it.
    remarks: at === undefined ? [...earned.remarks, lateness.remark] : earned.remarks,
    rules: [...rules, due.remark, at === undefined ? "" : lateness.remark].filter((text) => text !== ""),
    daysLate: lateness.daysLate,
  };
}

/** Applies a person's changes to a task's mark, after all rules. */
function adjust(mark: OpenMark, task: string, adjustments: readonly Adjustment[]): OpenMark {
  const rules = [...mark.rules];
  let points = mark.points;
  for (const one of adjustments) {
    if (one.task !== task) continue;
    const { change = 0, reason } = one;
    if (one.points !== undefined) {
      points = one.points;
      rules.push(`set to ${points}: ${reason}`);
    } else if (points === null) {
      rules.push(`${signed(change)} once it is marked: ${reason}`);
    } else {
      points = Math.max(0, points + change);
      rules.push(`${signed(change)}: ${reason}`);
    }
  }
  return { ...mark, points, rules };
}

interface Total extends Pick<CandidateMarks, "tasks" | "points" | "max" | "held" | "attempts"> {
  readonly remarks: readonly string[];
  /** The late days that could change it. */
  readonly daysLate: number;
}

function addUp(
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
function possibleTotal({ tasks, drop = 0 }: Assignment, possible: Readonly<Record<string, number>>): number {
  const counted = Object.entries(tasks).filter(([, worth]) => countingOf(worth) === "counted");
  const droppable = counted.filter(([, { required }]) => required !== true).map(([task]) => possible[task]!);
  const dropped = droppable.sort((a, b) => a - b).slice(0, drop);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return roundPoints(sum(counted.map(([task]) => possible[task]!)) - sum(dropped));
}

function leftOutSpeed(gaps: ReadonlyMap<string, SpeedGap>): string[] {
  const left = [...gaps].filter(([, gap]) => gap !== "");
  return [...group(left, ([, gap]) => gap)].map(([gap, own]) => {
    const tasks = own.map(([task]) => printable(task)).join(", ");
    return `Possible points leave out those for speed at ${tasks}: ${gap}.`;
  });
}

const NAMES_SHOWN = 12;

/** Without a time, nobody can be late, so it must be said. */
function unknownTimes({ assignment, attempts, received = [] }: MarksInput): string[] {
  if (assignment.late === undefined) return [];
  const unknown = attempts.filter(
    (attempt) =>
      attempt.verdict !== "missing" &&
      Object.hasOwn(assignment.tasks, attempt.task) &&
      receivedAt(attempt, received) === undefined,
  );
  const names = [...new Set(unknown.map(({ candidate }) => candidate))].sort();
  if (names.length === 0) return [];
  const shown = names.slice(0, NAMES_SHOWN).map((name) => `\`${printable(name)}\``);
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : "";
  return [
    `The hand-in time is unknown for ${shown.join(", ")}${more}: counted as on time. Give the times with --received.`,
  ];
}

function signed(change: number): string {
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
function roundPoints(points: number): number {
  return Math.max(0, Math.ceil(points * 100 - ROUNDING_ERROR)) / 100;
}
