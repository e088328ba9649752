import { join } from "node:path";
import { writeAtomically } from "../../files/atomic-file.ts";
import { UserError } from "../../text/user-error.ts";
import { feedbackPaths } from "../feedback/write-feedback.ts";
import type { MarkedRun, Report } from "../report.ts";
import { csvText, spreadsheet } from "../tables/csv-text.ts";
import { type GradebookRow, gradebookRows, isKnown, type KnownRow, lackRemarks, rosterProblem } from "./gradebook.ts";

const FILE = "mail-merge.csv";
const COLUMNS = ["name", "email", "candidate", "points", "max", "feedback"];

/** An address that no mail program and no spreadsheet takes for anything else: no blanks, quotes, brackets, bars. */
const ADDRESS = /^[^\s@"'(),:;<>[\]\\|]+@[^\s@"'(),:;<>[\]\\|]+$/u;

/** For programs that send each person a letter: a row for each, with the file of their feedback to attach. */
export const mailMergeCsv: Report = {
  name: "mail-merge",
  about: `${FILE}, each person's address and file of feedback`,
  isByCandidate: false,
  problem(run) {
    if (gradebookRows(run).some(hasAddress)) return undefined;
    return (
      rosterProblem(run, FILE) ??
      new UserError("The roster has nobody's e-mail address.", "Add a column `email` to the roster.")
    );
  },
  remarks(run) {
    const rows = gradebookRows(run);
    const others = rows.filter((row) => !hasAddress(row));
    return others.length === rows.length ? [] : lackRemarks(FILE, others, "the roster has no e-mail address for them");
  },
  async write(run, folder) {
    const path = join(folder, FILE);
    await writeAtomically(path, spreadsheet([[COLUMNS, ...mailRows(run)]], run.spreadsheet));
    return [path];
  },
};

function hasAddress(row: GradebookRow): row is KnownRow {
  return isKnown(row) && ADDRESS.test(row.person.email);
}

/** Files are relative to the folder of the reports. The address is a key: nothing in it is escaped. */
function mailRows(run: MarkedRun): (string | number)[][] {
  const paths = feedbackPaths(run);
  return gradebookRows(run)
    .filter(hasAddress)
    .map(({ person: { name, email }, marks: { candidate, points, max } }) => [
      csvText(name),
      email,
      csvText(candidate),
      points,
      max,
      `${paths.get(candidate)!}.html`,
    ]);
}
