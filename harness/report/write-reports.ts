import { junitXml } from "./ci/junit-xml.ts";
import { feedbackReport } from "./feedback/write-feedback.ts";
import { canvasCsv } from "./gradebooks/canvas-csv.ts";
import { gradescope } from "./gradebooks/gradescope.ts";
import { marksCsv } from "./gradebooks/marks-csv.ts";
import { moodleCsv } from "./gradebooks/moodle-csv.ts";
import { indexHtml } from "./html/index-html.ts";
import { leaderboardHtml } from "./html/leaderboard-html.ts";
import type { MarkedRun, Report } from "./report.ts";
import { resultsJson } from "./results-json.ts";
import { casesCsv } from "./tables/cases-csv.ts";
import { samplesCsv } from "./tables/samples-csv.ts";
import { similarReport } from "./tables/similar-csv.ts";

/** All reports. `grade` writes each of them. */
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
  leaderboardHtml,
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
