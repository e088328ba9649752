import { canvasCsv } from "./canvas-csv.ts";
import { casesCsv } from "./cases-csv.ts";
import { feedbackReport } from "./feedback.ts";
import { gradescope } from "./gradescope.ts";
import { indexHtml } from "./index-html.ts";
import { junitXml } from "./junit-xml.ts";
import { marksCsv } from "./marks-csv.ts";
import { moodleCsv } from "./moodle-csv.ts";
import type { MarkedRun, Report } from "./report.ts";
import { resultsJson } from "./results-json.ts";
import { samplesCsv } from "./samples-csv.ts";
import { similarReport } from "./similar.ts";

/** Every report that there is. `grade` writes them all. */
export const reports: readonly Report[] = [
  resultsJson,
  marksCsv,
  casesCsv,
  samplesCsv,
  canvasCsv,
  moodleCsv,
  gradescope,
  junitXml,
  similarReport,
  feedbackReport,
  indexHtml,
];

/**
 * Writes reports of a run into a folder.
 *
 * @returns the files' paths
 */
export async function writeReports(
  run: MarkedRun,
  folder: string,
  chosen: readonly Report[] = reports,
): Promise<string[]> {
  const files: string[] = [];
  for (const report of chosen) files.push(...(await report.write(run, folder)));
  return files;
}
