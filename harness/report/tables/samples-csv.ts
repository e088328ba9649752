import { join } from "node:path";
import { writeAtomically } from "../../files/atomic-file.ts";
import type { Results } from "../../results/results.ts";
import type { Report } from "../report.ts";
import { csvText, spreadsheet } from "./csv-text.ts";

const FILE = "samples.csv";

const COLUMNS = ["candidate", "task", "shape", "sample", "runs", "candidate ns", "yardstick ns", "yardstick"];

/** Every measured time, for a spreadsheet: a row for each pair of samples. Not written if nothing was measured. */
export const samplesCsv: Report = {
  name: "samples",
  about: "samples.csv, every measured time",
  isByCandidate: false,
  async write({ results, spreadsheet: format }, folder) {
    if (results.attempts.every(({ measurement }) => measurement?.state !== "measured")) return [];
    const path = join(folder, FILE);
    await writeAtomically(path, spreadsheet(sampleRows(results), format));
    return [path];
  },
};

/**
 * A sample's times are the sum of `runs` runs; samples are numbered from 1, in order of measurement. Yields submission by
 * submission: a large run has half a million samples.
 */
function* sampleRows({ attempts }: Results): Iterable<(string | number)[][]> {
  yield [COLUMNS];
  for (const { candidate, task, measurement } of attempts) {
    if (measurement?.state !== "measured") continue;
    const { against, shapes } = measurement;
    yield shapes.flatMap(({ name, runsPerSample, samples }) =>
      samples.map(([candidateNs, yardstickNs], index) => [
        csvText(candidate),
        csvText(task),
        name,
        index + 1,
        runsPerSample,
        candidateNs,
        yardstickNs,
        csvText(against),
      ]),
    );
  }
}
