import { junitXml } from "./ci/junit-xml.ts";
import { feedbackReport } from "./feedback/write-feedback.ts";
import { canvasCsv } from "./gradebooks/canvas-csv.ts";
import { gradescope } from "./gradebooks/gradescope.ts";
import { mailMergeCsv } from "./gradebooks/mail-merge-csv.ts";
import { marksCsv } from "./gradebooks/marks-csv.ts";
import { moodleCsv } from "./gradebooks/moodle-csv.ts";
import { moodleFeedback } from "./gradebooks/moodle-feedback.ts";
import { indexHtml } from "./html/index-html.ts";
import { leaderboardHtml } from "./html/leaderboard-html.ts";
import type { MarkedRun, Report } from "./report.ts";
import { resultsJson } from "./results-json.ts";
import { casesCsv } from "./tables/cases-csv.ts";
import { samplesCsv } from "./tables/samples-csv.ts";
import { similarReport } from "./tables/similar-csv.ts";

/** All reports. `grade` writes each of them that the run has. */
export const reports: readonly Report[] = [
  resultsJson,
  marksCsv,
  casesCsv,
  samplesCsv,
  canvasCsv,
  moodleCsv,
  moodleFeedback,
  mailMergeCsv,
  gradescope,
  junitXml,
  similarReport,
  feedbackReport,
  indexHtml,
  leaderboardHtml,
];

/**
 * Writes reports of a run into a folder, except those that it cannot have.
 *
 * @returns the files' paths
 */
export async function writeReports(
  run: MarkedRun,
  folder: string,
  chosen: readonly Report[] = reports,
): Promise<string[]> {
  const files: string[] = [];
  for (const report of chosen) {
    if (report.problem?.(run) === undefined) files.push(...(await report.write(run, folder)));
  }
  return files;
}

/** Warnings about what reports of a run lack. Without a roster there are none: then nobody expects a gradebook. */
export function reportRemarks(run: MarkedRun, chosen: readonly Report[] = reports): string[] {
  if (run.results.roster.length === 0) return [];
  return [...new Set(chosen.flatMap((report) => report.remarks?.(run) ?? []))];
}
