import type { TaskMark } from "../marks/marks.ts";
import type { Attempt } from "../results/attempt.ts";
import { factsOf } from "../results/mark-facts.ts";
import type { Measured } from "../results/measurement.ts";
import type { Results } from "../results/results.ts";
import type { Verdict } from "../results/verdict.ts";
import { markRun } from "./mark-run.ts";

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

export interface Comparison {
  readonly conditions: readonly Condition[];
  /** By candidate, then by task. */
  readonly moves: readonly Move[];
  /** Attempts in either run. */
  readonly attemptCount: number;
}

/** The results that changed between two runs, and possible reasons. */
export function compareRuns(before: Results, after: Results): Comparison {
  const conditions = differingConditions(before, after);
  const [one, other] = [attemptsOf(before), attemptsOf(after)];
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
  return { conditions, moves, attemptCount: keys.length };
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

function attemptsOf(results: Results): Map<string, Placed> {
  const run = markRun(results);
  const marks = new Map(run.marks.candidates.map(({ candidate, tasks }) => [candidate, tasks]));
  return new Map(
    run.results.attempts.map((attempt) => {
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
