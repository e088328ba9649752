import type { CandidateMarks, Marks, TaskMark } from "../marks/marks.ts";
import type { Attempt } from "../results/attempt.ts";
import { factsOf } from "../results/mark-facts.ts";
import type { Measured } from "../results/measurement.ts";
import type { Results } from "../results/results.ts";
import type { Verdict } from "../results/verdict.ts";
import { markRun } from "./mark-run.ts";
import type { MarkedRun } from "./report.ts";

/** A candidate's result for a task in one of two runs. */
export interface Standing {
  readonly verdict: Verdict;
  /** Null if there is no mark, or the task does not count. */
  readonly points: number | null;
  /** Null if it was not measured. */
  readonly speedup: number | null;
}

/** Conditions of a run that can change results. */
export const CONDITIONS = ["seed", "adapter", "harness", "Dawn", "assignment", "facts"] as const;
export type Condition = (typeof CONDITIONS)[number];

/** A change of a candidate's result for a task. */
export interface Move {
  readonly candidate: string;
  readonly task: string;
  /** Null if the run has no such attempt. */
  readonly before: Standing | null;
  readonly after: Standing | null;
  readonly changed: readonly ("verdict" | "points" | "speed")[];
  /** `source`, and the conditions that differ between the runs; empty if nothing differs except the results. */
  readonly because: readonly ("source" | Condition)[];
}

/** A candidate's points in one of two runs. */
export type Total = Pick<CandidateMarks, "points" | "max"> & {
  /** Tasks that await manual review. */
  readonly heldCount: number;
};

/** A change of a candidate's points over all tasks. */
export interface TotalMove {
  readonly candidate: string;
  /** From the roster; empty without one. */
  readonly name: string;
  /** Null if the run has no such candidate. */
  readonly before: Total | null;
  readonly after: Total | null;
  /** The points gained; null if only one run has the candidate. */
  readonly change: number | null;
}

export interface Comparison {
  readonly conditions: readonly Condition[];
  /** The largest loss first, then to the largest gain, then those in one run only; equal ones by candidate. */
  readonly totals: readonly TotalMove[];
  /** Candidates in either run. */
  readonly candidateCount: number;
  /** By candidate, then by task. */
  readonly moves: readonly Move[];
  /** Attempts in either run. */
  readonly attemptCount: number;
}

/** The results that changed between two runs, and possible reasons. */
export function compareRuns(before: Results, after: Results): Comparison {
  const conditions = differingConditions(before, after);
  const [runBefore, runAfter] = [markRun(before), markRun(after)];
  const names = new Map([...before.roster, ...after.roster].map(({ candidate, name }) => [candidate, name]));
  const allTotals = totalsOf(runBefore.marks, runAfter.marks, names);
  const [one, other] = [attemptsOf(runBefore), attemptsOf(runAfter)];
  const keys = [...new Set([...one.keys(), ...other.keys()])].sort();
  const moves = keys.flatMap((key) => {
    const [a, b] = [one.get(key), other.get(key)];
    const changed = changesBetween(a, b);
    const { candidate, task } = (a ?? b)!.attempt;
    if (a !== undefined && b !== undefined && changed.length === 0) return [];
    const isOther = a !== undefined && b !== undefined && a.attempt.hash !== b.attempt.hash;
    const because = [...(isOther ? (["source"] as const) : []), ...conditions];
    return [{ candidate, task, before: a?.standing ?? null, after: b?.standing ?? null, changed, because }];
  });
  return {
    conditions,
    totals: allTotals.filter(({ before, after }) => !isSameTotal(before, after)).sort(byChange),
    candidateCount: allTotals.length,
    moves,
    attemptCount: keys.length,
  };
}

/** The totals of all candidates, by name. */
function totalsOf(before: Marks, after: Marks, names: ReadonlyMap<string, string>): TotalMove[] {
  const [one, other] = [before, after].map(
    ({ candidates }) => new Map(candidates.map(({ candidate, ...own }) => [candidate, totalOf(own)])),
  );
  return [...new Set([...one!.keys(), ...other!.keys()])].sort().map((candidate) => {
    const [a, b] = [one!.get(candidate) ?? null, other!.get(candidate) ?? null];
    // To hundredths, as points.
    const change = a === null || b === null ? null : Math.round(100 * (b.points - a.points)) / 100;
    return { candidate, name: names.get(candidate) ?? "", before: a, after: b, change };
  });
}

function totalOf({ points, max, held }: Omit<CandidateMarks, "candidate">): Total {
  return { points, max, heldCount: held.length };
}

function isSameTotal(a: Total | null, b: Total | null): boolean {
  return a?.points === b?.points && a?.max === b?.max && a?.heldCount === b?.heldCount;
}

function byChange(a: TotalMove, b: TotalMove): number {
  return (a.change ?? Number.POSITIVE_INFINITY) - (b.change ?? Number.POSITIVE_INFINITY) || 0;
}

function differingConditions(a: Results, b: Results): Condition[] {
  const differs: Readonly<Record<Condition, boolean>> = {
    seed: a.seed !== b.seed,
    adapter: a.adapter.description !== b.adapter.description || a.adapter.driver !== b.adapter.driver,
    harness: a.harnessVersion !== b.harnessVersion,
    Dawn: a.dawnVersion !== b.dawnVersion,
    assignment: JSON.stringify(a.assignment) !== JSON.stringify(b.assignment),
    facts: JSON.stringify(factsOf(a)) !== JSON.stringify(factsOf(b)),
  };
  return CONDITIONS.filter((condition) => differs[condition]);
}

interface Placed {
  readonly attempt: Attempt;
  readonly standing: Standing;
}

function attemptsOf({ results, marks: { candidates } }: MarkedRun): Map<string, Placed> {
  const marks = new Map(candidates.map(({ candidate, tasks }) => [candidate, tasks]));
  return new Map(
    results.attempts.map((attempt) => {
      const { candidate, task, verdict, measurement } = attempt;
      const mark: TaskMark | undefined = marks.get(candidate)?.[task];
      const speedup = measurement?.state === "measured" ? measurement.speedup : null;
      return [
        JSON.stringify([candidate, task]),
        { attempt, standing: { verdict, points: mark?.points ?? null, speedup } },
      ];
    }),
  );
}

function changesBetween(a: Placed | undefined, b: Placed | undefined): Move["changed"] {
  if (a === undefined || b === undefined) return [];
  return [
    ...(a.standing.verdict === b.standing.verdict ? [] : (["verdict"] as const)),
    ...(a.standing.points === b.standing.points ? [] : (["points"] as const)),
    ...(hasOtherSpeed(a.attempt.measurement, b.attempt.measurement) ? (["speed"] as const) : []),
  ];
}

/** Whether the two intervals of some shape's speed are disjoint: smaller changes occur in repeated measurements too. */
function hasOtherSpeed(a: Attempt["measurement"], b: Attempt["measurement"]): boolean {
  if (a?.state !== "measured" || b?.state !== "measured")
    return (a?.state === "measured") !== (b?.state === "measured");
  return a.against !== b.against || a.shapes.some((shape) => isDisjoint(shape, b));
}

function isDisjoint({ name, speedup }: Measured["shapes"][number], other: Measured): boolean {
  const same = other.shapes.find((shape) => shape.name === name)?.speedup;
  return same !== undefined && (same.high < speedup.low || same.low > speedup.high);
}
