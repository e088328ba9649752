import type { CandidateMarks } from "../../marks/marks.ts";
import type { RosterEntry } from "../../results/roster.ts";
import { printable } from "../../text/printable.ts";
import type { MarkedRun } from "../report.ts";

/** A person's row in a gradebook. */
export interface GradebookRow {
  /** Undefined where the roster does not know them, or there is none. */
  readonly person: RosterEntry | undefined;
  readonly marks: CandidateMarks;
  /** The points, or null where some task has no mark yet: a gradebook would count it as lost points. */
  readonly total: number | null;
}

/** Everybody who has marks, in the roster's order; those whom it does not know come last. */
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

/** Whom an instructor must look after by hand, since a gradebook cannot take their marks as they are. */
export function gradebookRemarks(run: MarkedRun): string[] {
  const rows = gradebookRows(run);
  const names = (chosen: readonly GradebookRow[]) =>
    chosen.map(({ marks }) => `\`${printable(marks.candidate)}\``).join(", ");
  const remarks: string[] = [];
  const unmarked = rows.filter(({ total }) => total === null);
  if (unmarked.length > 0) {
    remarks.push(
      `No total for ${names(unmarked)} in canvas.csv and moodle.csv: some task has no mark yet. marks.csv says which; mark it by hand.`,
    );
  }
  if (run.results.roster.length === 0) return remarks;
  const unknown = rows.filter(({ person }) => person === undefined);
  if (unknown.length > 0) {
    remarks.push(
      `Not in moodle.csv, since the roster does not know them: ${names(unknown)}. Their marks are in marks.csv.`,
    );
  }
  const nameless = rows.filter(({ person }) => person !== undefined && person.email === "" && person.id === "");
  if (nameless.length > 0) {
    remarks.push(`Not in moodle.csv, since the roster has neither e-mail nor id for them: ${names(nameless)}.`);
  }
  return remarks;
}
