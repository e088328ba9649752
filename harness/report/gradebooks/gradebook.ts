import type { CandidateMarks } from "../../marks/marks.ts";
import type { RosterEntry } from "../../results/roster.ts";
import { printable } from "../../text/printable.ts";
import type { MarkedRun } from "../report.ts";

/** A person's row in a gradebook. */
export interface GradebookRow {
  /** Undefined without a roster, or if it lacks them. */
  readonly person: RosterEntry | undefined;
  readonly marks: CandidateMarks;
  /** The points, or null if some task has no mark yet, which a gradebook would count as 0. */
  readonly total: number | null;
}

/** All candidates with marks, in the roster's order; those missing from it come last. */
export function gradebookRows({ results: { roster }, marks }: MarkedRun): GradebookRow[] {
  const people = new Map(roster.map((entry) => [entry.candidate, entry]));
  const order = new Map(roster.map(({ candidate }, index) => [candidate, index]));
  const rank = ({ marks: { candidate } }: GradebookRow) => order.get(candidate) ?? roster.length;
  return marks.candidates
    .map((own) => ({ person: people.get(own.candidate), marks: own, total: totalOf(own) }))
    .sort((a, b) => rank(a) - rank(b));
}

function totalOf({ tasks, points }: CandidateMarks): number | null {
  return Object.values(tasks).some((mark) => mark.points === null) ? null : points;
}

/** Warnings about candidates whose marks an instructor must enter by hand. */
export function gradebookRemarks(run: MarkedRun): string[] {
  const rows = gradebookRows(run);
  const names = (chosen: readonly GradebookRow[]) =>
    chosen.map(({ marks }) => `\`${printable(marks.candidate)}\``).join(", ");
  const remarks: string[] = [];
  const unmarked = rows.filter(({ total }) => total === null);
  if (unmarked.length > 0) {
    remarks.push(
      `No total for ${names(unmarked)} in canvas.csv and moodle.csv: a task has no mark yet. Find it in marks.csv and mark it by hand.`,
    );
  }
  if (run.results.roster.length === 0) return remarks;
  const unknown = rows.filter(({ person }) => person === undefined);
  if (unknown.length > 0) {
    remarks.push(`Not in moodle.csv, because not in the roster: ${names(unknown)}. Their marks are in marks.csv.`);
  }
  const nameless = rows.filter(({ person }) => person !== undefined && person.email === "" && person.id === "");
  if (nameless.length > 0) {
    remarks.push(`Not in moodle.csv, because the roster has neither e-mail nor id: ${names(nameless)}.`);
  }
  return remarks;
}
