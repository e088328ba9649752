import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import { writeAtomically } from "../../files/atomic-file.ts";
import type { MarkedRun, Report } from "../report.ts";
import { csvText } from "../tables/csv-text.ts";
import { gradebookRows } from "./gradebook.ts";

const FILE = "canvas.csv";

/** For Canvas' gradebook: Grades, Import. */
export const canvasCsv: Report = {
  name: "canvas",
  about: "canvas.csv, for Canvas' gradebook",
  isByCandidate: false,
  async write(run, folder) {
    const path = join(folder, FILE);
    await writeAtomically(path, formatCanvas(run));
    return [path];
  },
};

/**
 * Columns and second row are those of Canvas' own export. `ID` is Canvas' number of a person, unknown here: without it
 * Canvas looks for the SIS User ID, then the SIS Login ID, then the name. An empty score changes nothing in Canvas. Source: instructure/canvas-lms, app/models/gradebook_importer.rb (`header?`, `process_student`), and the
 * guide "How do I import grades in the Gradebook?".
 */
function formatCanvas(run: MarkedRun): string {
  const { title } = run.results.assignment;
  const possible = run.everybody.max;
  const rows = gradebookRows(run).map(({ person, marks: { candidate }, total }) => [
    person?.name || candidate,
    "",
    person?.id ?? "",
    person === undefined ? candidate : person.email,
    person?.section ?? "",
    total === null ? "" : String(total),
  ]);
  return stringify([
    ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", csvText(title)],
    ["    Points Possible", "", "", "", "", String(possible)],
    ...rows.map((row) => row.map(csvText)),
  ]);
}
