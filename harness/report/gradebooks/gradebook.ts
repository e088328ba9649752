import type { CandidateMarks } from "../../marks/marks.ts";
import type { RosterEntry } from "../../results/roster.ts";
import { printable } from "../../text/printable.ts";
import { UserError } from "../../text/user-error.ts";
import type { MarkedRun } from "../report.ts";

/** A candidate's marks, for a gradebook. */
export interface GradebookRow {
  /** Undefined without a roster, or if it lacks them. */
  readonly person: RosterEntry | undefined;
  readonly marks: CandidateMarks;
  /** The points, or null if some task has no mark yet, which a gradebook would count as 0. */
  readonly total: number | null;
}

/** Someone whom the roster identifies, with their marks. */
export interface KnownRow extends GradebookRow {
  readonly person: RosterEntry;
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

export function isKnown(row: GradebookRow): row is KnownRow {
  return row.person !== undefined;
}

/** Points as an importer reads them; empty if there is no mark, which changes nothing in a gradebook. */
export function pointsCell(points: number | null | undefined): string {
  return points === null || points === undefined ? "" : String(points);
}

/** The problem of every file that an importer matches to people: a folder's name may be another person's login. */
export function rosterProblem({ results: { roster } }: MarkedRun, file: string): UserError | undefined {
  if (roster.length > 0) return undefined;
  return new UserError(
    `${file} needs a roster: folder names do not identify people in a gradebook.`,
    "Name it with --roster.",
  );
}

/** A warning about candidates whose total an instructor must enter by hand. */
export function unmarkedRemarks(rows: readonly GradebookRow[]): string[] {
  const unmarked = rows.filter(({ total }) => total === null);
  if (unmarked.length === 0) return [];
  return [
    `No total for ${namesOf(unmarked)} in gradebooks: a task has no mark yet. Find it in marks.csv and mark it by hand.`,
  ];
}

/** A warning about candidates whom a file lacks, or none if there are none. */
export function lackRemarks(file: string, rows: readonly GradebookRow[], reason: string): string[] {
  if (rows.length === 0) return [];
  return [`Not in ${file}, because ${reason}: ${namesOf(rows)}.`];
}

function namesOf(rows: readonly GradebookRow[]): string {
  return rows.map(({ marks }) => `\`${printable(marks.candidate)}\``).join(", ");
}
