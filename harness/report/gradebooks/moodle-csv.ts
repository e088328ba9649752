import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import { writeAtomically } from "../../files/atomic-file.ts";
import type { CandidateMarks } from "../../marks/marks.ts";
import type { Attempt } from "../../results/attempt.ts";
import type { MarkedRun, Report } from "../report.ts";
import { csvText } from "../tables/csv-text.ts";
import { type GradebookRow, gradebookRows } from "./gradebook.ts";

const FILE = "moodle.csv";

/** For Moodle's gradebook: Grades, Import, CSV file. */
export const moodleCsv: Report = {
  name: "moodle",
  about: "moodle.csv, for Moodle's gradebook",
  isByCandidate: false,
  async write(run, folder) {
    const path = join(folder, FILE);
    await writeAtomically(path, formatMoodle(run));
    return [path];
  },
};

/**
 * On import, Moodle asks which column identifies people, and which grade item each other column belongs to. It stops at
 * the first unknown person, so the file has only people in the roster; without a roster, folder names serve as user
 * names. Feedback must be imported together with the grades, or it erases them. Source:
 * https://docs.moodle.org/en/Grade_import, and moodle/grade/import/csv/classes/load_data.php.
 */
function formatMoodle(run: MarkedRun): string {
  const { assignment, attempts, roster } = run.results;
  const tasks = Object.keys(assignment.tasks);
  const verdicts = new Map(attempts.map((attempt) => [JSON.stringify([attempt.candidate, attempt.task]), attempt]));
  const hasRoster = roster.length > 0;
  const rows = gradebookRows(run).filter(({ person }) => !hasRoster || (person?.email || person?.id || "") !== "");
  const identify = ({ person, marks }: GradebookRow) =>
    person === undefined ? [marks.candidate] : [person.email, person.id];
  return stringify([
    [
      ...(hasRoster ? ["Email address", "ID number"] : ["Username"]),
      ...tasks.map(csvText),
      `${csvText(assignment.title)} total`,
      "Feedback",
    ],
    ...rows.map((row) =>
      [
        ...identify(row),
        ...tasks.map((task) => numberCell(row.marks.tasks[task]?.points)),
        numberCell(row.total),
        feedback(row.marks, (task) => verdicts.get(JSON.stringify([row.marks.candidate, task]))),
      ].map(csvText),
    ),
  ]);
}

function numberCell(points: number | null | undefined): string {
  return points === null || points === undefined ? "" : String(points);
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
