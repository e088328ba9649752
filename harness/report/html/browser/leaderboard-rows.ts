import type { Verdict } from "../../../results/verdict.ts";
import { foldName } from "../../../text/fold-name.ts";
import type { AttemptHead, CandidateHead } from "../index-data.ts";
import { type RunModel, shownName } from "./run-model.ts";

export interface Row {
  readonly place: number;
  readonly candidate: CandidateHead;
  /** What a search looks into: the person's name and the folder's. */
  readonly searched: string;
  /** Indexed by the task's place. */
  readonly attempts: readonly (AttemptHead | undefined)[];
}

/** Filters and order of the leaderboard, as in its address. */
export interface RowQuery {
  /** Part of a person's or a folder's name, without regard to accents and case. */
  readonly name: string;
  /** A section; empty for any. */
  readonly section: string;
  /** A task's name; empty for any. */
  readonly task: string;
  /** A verdict; empty for any. With a task, it is that task's. */
  readonly verdict: string;
  /** `total`, `name`, `section`, or a task's name, with `-` in front for the largest first. */
  readonly sort: string;
}

export const DEFAULT_SORT = "-total";

export function allRows(run: Pick<RunModel, "candidates" | "tasks" | "attempt">): Row[] {
  return run.candidates.map((candidate, place) => ({
    place,
    candidate,
    searched: foldName(`${candidate.person}\n${candidate.name}`),
    attempts: run.tasks.map((_, task) => run.attempt(place, task)),
  }));
}

export function selectRows(
  rows: readonly Row[],
  taskNames: readonly string[],
  { name, section, task, verdict, sort }: RowQuery,
): Row[] {
  const wanted = foldName(name.trim());
  const taskPlace = taskNames.indexOf(task);
  const selected = rows.filter(({ candidate, searched, attempts }) => {
    if (!searched.includes(wanted)) return false;
    if (section !== "" && candidate.section !== section) return false;
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
  if (key === "section") {
    return (a, b) => direction * collator.compare(a.candidate.section, b.candidate.section) || a.place - b.place;
  }
  const task = taskNames.indexOf(key);
  const value = ({ candidate, attempts }: Row) => (task < 0 ? candidate.points : (attempts[task]?.points ?? null));
  // Attempts without points come last in either direction.
  return (a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || a.place - b.place;
    return direction * (x - y) || a.place - b.place;
  };
}

export const collator = new Intl.Collator(undefined, { numeric: true });

function compareNames(a: Row, b: Row): number {
  return collator.compare(shownName(a.candidate), shownName(b.candidate)) || a.place - b.place;
}
