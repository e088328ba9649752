import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import { writeAtomically } from "../../files/atomic-file.ts";
import type { CandidateMarks } from "../../marks/marks.ts";
import type { Attempt } from "../../results/attempt.ts";
import type { RosterEntry } from "../../results/roster.ts";
import { count } from "../../text/count.ts";
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

const FILE = "moodle.csv";
/** Moodle refuses to import more, unless a site allows unlimited grades. */
const MOST_POINTS = 100;

/** By what Moodle finds people, the best first. */
const KEYS = [
  { title: "Email address", word: "e-mail", read: ({ email }: RosterEntry) => email },
  { title: "ID number", word: "id", read: ({ id, sisId }: RosterEntry) => id || sisId },
  { title: "Username", word: "login", read: ({ login }: RosterEntry) => login },
] as const;
type Key = (typeof KEYS)[number];

/** For Moodle's gradebook: Grades, Import, CSV file. */
export const moodleCsv: Report = {
  name: "moodle",
  about: "moodle.csv, for Moodle's gradebook",
  isByCandidate: false,
  problem: (run) => rosterProblem(run, FILE) ?? keyProblem(run),
  remarks(run) {
    const { keys, rows, others } = moodleRows(run);
    if (rows.length === 0) return [`${FILE} is not written. ${keyProblem(run)!.message}`];
    const large = rows.filter(({ total }) => total !== null && total > MOST_POINTS);
    return [
      ...unmarkedRemarks(rows),
      ...lackRemarks(FILE, others, `the roster lacks their ${keys[0]!.word}`),
      ...(large.length === 0
        ? []
        : [
            `${count(large.length, "total")} in ${FILE} ${large.length === 1 ? "is" : "are"} more than ${MOST_POINTS}, which Moodle refuses unless "Unlimited grades" is on.`,
          ]),
    ];
  },
  async write(run, folder) {
    const path = join(folder, FILE);
    await writeAtomically(path, formatMoodle(run));
    return [path];
  },
};

function keyProblem(run: MarkedRun): UserError | undefined {
  if (moodleRows(run).rows.length > 0) return undefined;
  return new UserError("The roster has nobody's e-mail, id or login.", "Add a column `email` to the roster.");
}

interface MoodleRows {
  /** Those that everyone in the file has: an instructor may choose any of them. */
  readonly keys: readonly Key[];
  readonly rows: readonly KnownRow[];
  readonly others: readonly GradebookRow[];
}

/**
 * The people who have the key that most people have. Moodle gives the marks of a row without its key to the person of
 * the row before, so all rows have all keys of the file.
 */
function moodleRows(run: MarkedRun): MoodleRows {
  const all = gradebookRows(run);
  const having = (key: Key) => all.filter(isKnown).filter((row) => keyOf(row, key) !== "");
  const [best] = [...KEYS].sort((a, b) => having(b).length - having(a).length);
  const rows = having(best!);
  const keys = rows.length === 0 ? [] : KEYS.filter((key) => rows.every((row) => keyOf(row, key) !== ""));
  return { keys, rows, others: all.filter((row) => !rows.includes(row as KnownRow)) };
}

/** PHP takes "0" for empty. */
function keyOf({ person }: KnownRow, { read }: Key): string {
  const key = importText(read(person));
  return key === "0" ? "" : key;
}

/**
 * On import, Moodle asks which column identifies people, and which grade item each other column belongs to. It stops at
 * the first unknown person. Feedback must be imported together with the grades, or it erases them. Source:
 * https://docs.moodle.org/en/Grade_import, and moodle/grade/import/csv/classes/load_data.php.
 */
function formatMoodle(run: MarkedRun): string {
  const { assignment, attempts } = run.results;
  const tasks = Object.keys(assignment.tasks);
  const attemptOf = new Map(attempts.map((attempt) => [JSON.stringify([attempt.candidate, attempt.task]), attempt]));
  const { keys, rows } = moodleRows(run);
  return stringify([
    [...keys.map(({ title }) => title), ...tasks, `${importText(assignment.title)} total`, "Feedback"],
    ...rows.map((row) => [
      ...keys.map((key) => keyOf(row, key)),
      ...tasks.map((task) => pointsCell(row.marks.tasks[task]?.points)),
      pointsCell(row.total),
      importText(feedback(row.marks, (task) => attemptOf.get(JSON.stringify([row.marks.candidate, task])))),
    ]),
  ]);
}

/** `softmax: accepted. attention: wrong-answer (1 of 2 groups of cases passed). Total: 1 of 3 late days used.` */
function feedback(
  { tasks, remark: ofTotal }: CandidateMarks,
  attemptAt: (task: string) => Attempt | undefined,
): string {
  const sentences = Object.entries(tasks).map(
    ([task, { remark }]) =>
      `${task}: ${attemptAt(task)?.verdict ?? "not graded"}${remark === "" ? "" : ` (${remark})`}.`,
  );
  return [...sentences, ...(ofTotal === "" ? [] : [`Total: ${ofTotal}.`])].join(" ");
}
