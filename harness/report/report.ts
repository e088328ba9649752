import type { Marks } from "../assignment/marks.ts";
import type { Results } from "../run/results.ts";

/** A run, marked: what every report is made from. */
export interface MarkedRun {
  readonly results: Results;
  readonly marks: Marks;
}

/** A view of a run as one or more files. */
export interface Report {
  /** As in `--report`: `marks-csv`. */
  readonly name: string;
  /** Writes the files into the run's folder, and returns their paths. */
  write(run: MarkedRun, folder: string): Promise<string[]>;
}
