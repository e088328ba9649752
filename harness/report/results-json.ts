import { writeResults } from "../run/results-file.ts";
import type { Report } from "./report.ts";

/** The whole run, for programs; every other report can be made from it. */
export const resultsJson: Report = {
  name: "json",
  about: "results.json, the whole run for programs",
  isByCandidate: false,
  write: async ({ recorded }, folder) => [await writeResults(recorded, folder)],
};
