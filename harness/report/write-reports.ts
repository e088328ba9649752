import type { Marks } from "../assignment/marks.ts";
import type { Results } from "../run/results.ts";
import { marksCsv } from "./marks-csv.ts";
import type { Report } from "./report.ts";
import { resultsJson } from "./results-json.ts";
import { samplesCsv } from "./samples-csv.ts";

const reports: readonly Report[] = [resultsJson, marksCsv, samplesCsv];

/** Writes every report of a run into its folder, and returns their paths. */
export async function writeReports(results: Results, marks: Marks, folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const report of reports) files.push(...(await report.write({ results, marks }, folder)));
  return files;
}
