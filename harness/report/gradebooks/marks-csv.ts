import { join } from "node:path";
import { writeAtomically } from "../../files/atomic-file.ts";
import type { CandidateMarks } from "../../marks/marks.ts";
import type { MarkedRun, Report } from "../report.ts";
import { csvText, spreadsheet } from "../tables/csv-text.ts";

const FILE = "marks.csv";

/** The marks for a spreadsheet: a row for each candidate. */
export const marksCsv: Report = {
  name: "marks",
  about: "marks.csv, a row for each candidate",
  isByCandidate: false,
  async write(run, folder) {
    const path = join(folder, FILE);
    await writeAtomically(path, spreadsheet([marksRows(run)], run.spreadsheet));
    return [path];
  },
};

/**
 * Columns: `candidate`; with a roster, `name` and `section`; for each task `<task> verdict` and `<task> points`; `total`,
 * `max`, and `remarks`, the reasons of the marks. Points are `held` if the submission awaits manual review (its points
 * count in `max`), and empty if it was not graded (they do not).
 */
function marksRows({ results: { assignment, attempts, roster }, marks }: MarkedRun): (string | number)[][] {
  const tasks = Object.keys(assignment.tasks);
  const verdicts = new Map(
    attempts.map(({ candidate, task, verdict }) => [JSON.stringify([candidate, task]), verdict]),
  );
  const people = new Map(roster.map((entry) => [entry.candidate, entry]));
  const personal = (candidate: string) => {
    const { name = "", section = "" } = people.get(candidate) ?? {};
    return roster.length === 0 ? [] : [name, section];
  };
  const header = [
    "candidate",
    ...(roster.length === 0 ? [] : ["name", "section"]),
    ...tasks.flatMap((task) => [`${task} verdict`, `${task} points`]),
    "total",
    "max",
    "remarks",
  ];
  const rows = marks.candidates.map(({ candidate, tasks: own, points, max, held, remark }) => [
    csvText(candidate),
    ...personal(candidate).map(csvText),
    ...tasks.flatMap((task) => [
      verdicts.get(JSON.stringify([candidate, task])) ?? "not graded",
      held.includes(task) ? "held" : (own[task]?.points ?? ""),
    ]),
    points,
    max,
    csvText(remarksOf(own, remark)),
  ]);
  return [header.map(csvText), ...rows];
}

/** `softmax: 1 day late: 10 % off. Total: 1 of 3 late days used.` */
function remarksOf(tasks: CandidateMarks["tasks"], ofTotal: string): string {
  const remarks = Object.entries(tasks).flatMap(([task, { remark }]) => (remark === "" ? [] : [`${task}: ${remark}.`]));
  return [...remarks, ...(ofTotal === "" ? [] : [`Total: ${ofTotal}.`])].join(" ");
}
