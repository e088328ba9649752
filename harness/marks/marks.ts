import { group } from "d3-array";
import type { Assignment, TaskPoints } from "../results/assignment.ts";
import type { Adjustment, Extension, TeamMember } from "../results/mark-facts.ts";
import { meantFor } from "../results/not-taken.ts";
import { count } from "../text/count.ts";
import { printable } from "../text/printable.ts";
import { type HandIn, handInsByFolder, unknownTimes } from "./hand-ins.ts";
import { type Lateness, lateDaysOf, latenessOf, ownDeadline } from "./lateness.ts";
import type { MarksInput } from "./marks-input.ts";
import { type EarnedMark, markAttempt, refuseAttempt, type SpeedGap, speedGap } from "./task-mark.ts";
import { addUp, type OpenMark, possibleTotal, roundPoints, signed, type TaskMark, type Total } from "./total.ts";

export type { MarksInput, TaskMark };

/** A candidate's marks for an assignment. */
export interface CandidateMarks extends Pick<Total, "tasks" | "points" | "max" | "held" | "attempts"> {
  readonly candidate: string;
  /** The folder of their attempts: their own or their team's. */
  readonly folder: string;
  /** What changed the total, for people: team, late days, adjustments; may be empty. */
  readonly remark: string;
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

/** Marks all candidates with an attempt. Of several attempts of this run at a task, the last one is used. */
export function computeMarks(input: MarksInput): Marks {
  const { assignment, teams = [] } = input;
  const handIns = handInsByFolder(input);
  const gaps = new Map(
    Object.entries(assignment.tasks).map(([task, worth]) => {
      const attempts = [...handIns.values()].flatMap((tasks) => (tasks.get(task) ?? []).map(({ attempt }) => attempt));
      const isCounted = input.adapterKind === "hardware" || assignment.software;
      return [task, speedGap(worth, attempts, isCounted, input.isMeasured)];
    }),
  );
  const people = [...handIns].flatMap(([folder, tasks]) =>
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

function markCandidate(
  candidate: string,
  folder: string,
  handIns: ReadonlyMap<string, readonly HandIn[]>,
  gaps: ReadonlyMap<string, SpeedGap>,
  input: MarksInput,
): CandidateMarks {
  const { assignment } = input;
  const isOwn = (one: { readonly candidate: string }) => one.candidate === candidate || one.candidate === folder;
  const extensions = (input.extensions ?? []).filter(isOwn);
  const adjustments = (input.adjustments ?? []).filter(isOwn);
  const earned = new Map<HandIn, EarnedMark>();
  const markWith = (lateDays: number): Total => {
    const marks = Object.entries(assignment.tasks).map(([task, worth]): [string, OpenMark] => {
      const markOne = (handIn: HandIn) => {
        const { attempt } = handIn;
        const meant = meantFor(input.notTaken ?? [], folder, task);
        const isRefused = assignment.builtInCode === "refuse" && input.isBuiltInCode?.(attempt) === true;
        const mark =
          earned.get(handIn) ??
          (isRefused
            ? refuseAttempt(worth, gaps.get(task)!)
            : markAttempt(worth, attempt, input.groups.get(task), gaps.get(task)!, meant));
        earned.set(handIn, mark);
        return mark;
      };
      const own = { task, worth, extensions, lateDays, gap: gaps.get(task)! };
      return [task, adjust(bestAttempt(handIns.get(task) ?? [], own, markOne, assignment), task, adjustments)];
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
function bestAttempt(
  handIns: readonly HandIn[],
  own: OwnTask,
  markOne: (handIn: HandIn) => EarnedMark,
  assignment: Assignment,
): OpenMark {
  const last = handIns.at(-1);
  if (last === undefined) {
    const mark = markAttempt(own.worth, undefined, undefined, own.gap);
    return { ...mark, attempt: undefined, worth: own.worth, rules: [], daysLate: 0 };
  }
  const marks = handIns.map((handIn) => markLate(handIn, markOne(handIn), own, assignment));
  const lastMark = marks.at(-1)!;
  const daysLate = Math.max(...marks.map((mark) => mark.daysLate));
  if (lastMark.points === null) return { ...lastMark, daysLate };
  const best = marks.reduce((a, b) => ((b.points ?? -1) >= (a.points ?? -1) ? b : a));
  return { ...best, daysLate };
}

function markLate(handIn: HandIn, earned: EarnedMark, own: OwnTask, { deadline, late }: Assignment): OpenMark {
  const { attempt, receivedAt: at, run } = handIn;
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

/** Warnings about speed that gives no points to anyone. */
function leftOutSpeed(gaps: ReadonlyMap<string, SpeedGap>): string[] {
  const left = [...gaps].filter(([, gap]) => gap !== "");
  return [...group(left, ([, gap]) => gap)].map(([gap, own]) => {
    const tasks = own.map(([task]) => printable(task)).join(", ");
    return `Possible points leave out those for speed at ${tasks}: ${gap}.`;
  });
}
