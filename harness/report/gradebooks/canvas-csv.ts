import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import { group, max } from "d3-array";
import { writeAtomically } from "../../files/atomic-file.ts";
import { printable } from "../../text/printable.ts";
import { UserError } from "../../text/user-error.ts";
import type { MarkedRun, Report } from "../report.ts";
import { importText } from "../tables/csv-text.ts";
import {
  type GradebookRow,
  gradebookRows,
  isKnown,
  type KnownRow,
  lackRemarks,
  pointsCell,
  rosterProblem,
  unmarkedRemarks,
} from "./gradebook.ts";

const FILE = "canvas.csv";

// Source: instructure/canvas-lms, lib/gradebook_importer.rb, and the guide "How do I import grades in the Gradebook?".
const PERSON_COLUMNS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"] as const;
/** Canvas looks up a column by its title, and would find its own column first. */
const OWN_COLUMNS = [...PERSON_COLUMNS, "LastName", "FirstName", "Integration ID", "Root Account", "Notes"];
/** Canvas drops columns that contain such words, as it computes them itself. */
const COMPUTED = /(Current|Final|Override) (Score|Grade|Points|Status)/i;
/** Canvas takes a row with this in its first cell for the possible points, even if it is a student's name. */
const POSSIBLE = "Points Possible";

/** For Canvas' gradebook: Grades, Import. */
export const canvasCsv: Report = {
  name: "canvas",
  about: "canvas.csv, for Canvas' gradebook",
  isByCandidate: false,
  problem: (run) => titleProblem(run.results.assignment.title) ?? rosterProblem(run, FILE),
  remarks(run) {
    const problem = titleProblem(run.results.assignment.title);
    if (problem !== undefined) return [`${FILE} is not written. ${problem.message} ${problem.hint}`];
    const { rows, unidentified, ambiguous } = canvasRows(run);
    return [
      ...unmarkedRemarks(rows),
      ...lackRemarks(FILE, unidentified, "the roster does not identify them for Canvas"),
      ...lackRemarks(FILE, ambiguous, "Canvas could not distinguish them"),
      ...possibleRemarks(rows),
    ];
  },
  async write(run, folder) {
    const path = join(folder, FILE);
    await writeAtomically(path, formatCanvas(run));
    return [path];
  },
};

/** @returns the reason why Canvas would drop or misread a column of this title, if it would */
function titleProblem(title: string): UserError | undefined {
  const quoted = `The assignment's title, "${printable(title)}",`;
  const fix = "Change `title` in the assignment.";
  if (/[\r\n]/.test(title)) return new UserError(`${quoted} has a line break, which Canvas cannot import.`, fix);
  const name = importText(title);
  if (name === "") return new UserError(`${quoted} is empty, but Canvas needs a column title.`, fix);
  const computed = COMPUTED.exec(name)?.[0];
  if (computed !== undefined) {
    return new UserError(`${quoted} contains "${computed}": Canvas ignores columns with these words.`, fix);
  }
  if (!OWN_COLUMNS.includes(name)) return undefined;
  return new UserError(`${quoted} is the name of one of Canvas' own columns.`, fix);
}

interface CanvasRows {
  readonly rows: readonly KnownRow[];
  /** Without anything by which Canvas finds people. */
  readonly unidentified: readonly GradebookRow[];
  /** Canvas would find the same person for several of these, and the last row would win. */
  readonly ambiguous: readonly KnownRow[];
}

function canvasRows(run: MarkedRun): CanvasRows {
  const all = gradebookRows(run);
  const known = all.filter(isKnown).filter((row) => keysOf(row).some((key) => key !== ""));
  const clashes = new Set(
    [0, 1, 2].flatMap((place) => {
      const holders = group(known, (row) => keysOf(row)[place]!.toLowerCase());
      return [...holders].flatMap(([key, rows]) => (key !== "" && rows.length > 1 ? rows : []));
    }),
  );
  // Canvas falls back on the name.
  const byName = group(known, ({ person }) => importText(person.name));
  for (const row of known) {
    const isByNameOnly = keysOf(row)
      .slice(0, 3)
      .every((key) => key === "");
    if (isByNameOnly && byName.get(importText(row.person.name))!.length > 1) clashes.add(row);
  }
  const identified = new Set<GradebookRow>(known);
  return {
    rows: known.filter((row) => !clashes.has(row)),
    unidentified: all.filter((row) => !identified.has(row)),
    ambiguous: known.filter((row) => clashes.has(row)),
  };
}

/** In the order in which Canvas tries them: its own number, the SIS id, the login, the name. */
function keysOf({ person }: KnownRow): readonly [id: string, sisId: string, login: string, name: string] {
  const name = importText(person.name);
  return [
    /^\d+$/.test(person.platformId) ? person.platformId : "",
    importText(person.sisId || person.id),
    importText(person.login || person.email),
    name.includes(POSSIBLE) ? "" : name,
  ];
}

/**
 * Columns and second row are those of Canvas' own export; then a column for each task, and the total under the
 * assignment's title. An empty score changes nothing in Canvas.
 */
function formatCanvas(run: MarkedRun): string {
  const { rows } = canvasRows(run);
  const title = importText(run.results.assignment.title);
  // Canvas takes a number in brackets at the end for the id of an existing assignment: the total's.
  const prefix = title.replace(/ ?\(\d+\)$/, "");
  const tasks = Object.keys(run.results.assignment.tasks);
  const possible = tasks.map((task) => run.everybody.possible[task]);
  return stringify([
    [...PERSON_COLUMNS, ...tasks.map((task) => `${prefix}: ${task}`), title],
    [`    ${POSSIBLE}`, "", "", "", "", ...possible.map(pointsCell), pointsCell(possibleTotal(rows))],
    ...rows.map((row) => {
      const [id, sisId, login, name] = keysOf(row);
      const points = tasks.map((task) => pointsCell(row.marks.tasks[task]?.points));
      return [name, id, sisId, login, importText(row.person.section), ...points, pointsCell(row.total)];
    }),
  ]);
}

/** The most that anyone could get: Canvas has one figure for all. */
function possibleTotal(rows: readonly GradebookRow[]): number | undefined {
  return max(rows, ({ marks }) => marks.max);
}

function possibleRemarks(rows: readonly GradebookRow[]): string[] {
  const most = possibleTotal(rows);
  const others = rows.filter(({ marks, total }) => total !== null && marks.max !== most);
  if (others.length === 0) return [];
  return [
    `Canvas has one number of possible points for all, ${most}, but not everyone in canvas.csv could get as many.`,
  ];
}
