import { join } from "node:path";
import { writeAtomically } from "../../files/atomic-file.ts";
import type { Results } from "../../results/results.ts";
import { sizesText } from "../../text/f32-text.ts";
import type { Report } from "../report.ts";
import { csvText, spreadsheet } from "./csv-text.ts";

const FILE = "cases.csv";

const COLUMNS = [
  ...["candidate", "task", "case", "group", "shape", "params", "data", "verdict"],
  ...["largest error (share of the bound)", "error against plain", "wrong elements", "message"],
];

/** Every case of every submission, for a spreadsheet. Cases not run, because an earlier one ended the attempt, have no row. */
export const casesCsv: Report = {
  name: "cases",
  about: "cases.csv, a row for each case of each submission",
  isByCandidate: false,
  async write({ results, spreadsheet: format }, folder) {
    const path = join(folder, FILE);
    await writeAtomically(path, spreadsheet(caseRows(results), format));
    return [path];
  },
};

/** Yields submission by submission: a large run has more than a hundred thousand cases. */
function* caseRows({ attempts }: Results): Iterable<(string | number)[][]> {
  yield [COLUMNS];
  for (const { candidate, task, cases } of attempts) {
    yield cases.map((one) => [
      csvText(candidate),
      csvText(task),
      one.index,
      csvText(one.group),
      csvText(sizesText(one.shape)),
      csvText(sizesText(one.params)),
      csvText(one.data),
      one.verdict,
      short(one.largestShare),
      short(one.precisionRatio),
      one.evidence?.kind === "wrong-elements" ? one.evidence.wrongCount : "",
      csvText(one.message),
    ]);
  }
}

function short(value: number | undefined): number | "" {
  return value === undefined || Number.isNaN(value) ? "" : Number(value.toPrecision(4));
}
