import type { Verdict } from "../../../results/verdict.ts";
import type { AttemptHead, CandidateHead } from "../index-data.ts";
import type { RunModel } from "./run-model.ts";

export interface Row {
  readonly place: number;
  readonly candidate: CandidateHead;
  /** Indexed by the task's place. */
  readonly attempts: readonly (AttemptHead | undefined)[];
}

/** Filters and order of the leaderboard, as in its address. */
export interface RowQuery {
  /** Part of a name. */
  readonly name: string;
  /** A task's name; empty for any. */
  readonly task: string;
  /** A verdict; empty for any. With a task, it is that task's. */
  readonly verdict: string;
  /** `total`, `name`, or a task's name, with `-` in front for the largest first. */
  readonly sort: string;
}

export const DEFAULT_SORT = "-total";

export function allRows(run: RunModel): Row[] {
  return run.candidates.map((candidate, place) => ({
    place,
    candidate,
    attempts: run.tasks.map((_, task) => run.attempt(place, task)),
  }));
}

export function selectRows(
  rows: readonly Row[],
  taskNames: readonly string[],
  { name, task, verdict, sort }: RowQuery,
): Row[] {
  const wanted = name.trim().toLowerCase();
  const taskPlace = taskNames.indexOf(task);
  const selected = rows.filter(({ candidate, attempts }) => {
    if (!candidate.name.toLowerCase().includes(wanted)) return false;
    const relevant = taskPlace >= 0 ? [attempts[taskPlace]] : attempts;
    if (verdict === "") return taskPlace < 0 || relevant[0] !== undefined;
    return relevant.some((attempt) => attempt?.verdict === (verdict as Verdict));
  });
  return selected.sort(comparison(taskNames, sort));
}

function comparison(taskNames: readonly string[], sort: string): (a: Row, b: Row) => number {
  const key = sort.replace(/^-/, "");
  const direction = sort.startsWith("-") ? -1 : 1;
  if (key === "name") return (a, b) => direction * compareNames(a, b);
  const task = taskNames.indexOf(key);
  const value = ({ candidate, attempts }: Row) => (task < 0 ? candidate.points : (attempts[task]?.points ?? null));
  // Attempts without points come last in either direction.
  return (a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || a.place - b.place;
    return direction * (x - y) || a.place - b.place;
  };
}

const collator = new Intl.Collator(undefined, { numeric: true });

function compareNames(a: Row, b: Row): number {
  return collator.compare(a.candidate.name, b.candidate.name) || a.place - b.place;
}
