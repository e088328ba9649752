import type { Marks } from "../marks/marks.ts";
import type { Results } from "../results/results.ts";
import type { SimilarPair } from "../similarity/similar-pair.ts";

/** A run, marked: what every report is made from. Where a report is about one candidate, nobody else is in it. */
export interface MarkedRun {
  readonly results: Results;
  readonly marks: Marks;
  /** Of all candidates, also of those whom the report is not about: to say, without names, where somebody stands. */
  readonly everybody: Marks;
  /** Pairs whose kernels are alike, the most alike first. Looking for them takes seconds, and is done once. */
  similar(): Promise<readonly SimilarPair[]>;
}

/** A view of a run as one or more files. */
export interface Report {
  /** As in `--format`: `marks`. */
  readonly name: string;
  /** What it is, for `--help`: `marks.csv, a row for each candidate`. */
  readonly about: string;
  /** Whether it writes files for each candidate, which stay what they are when it is made for one candidate only. */
  readonly isByCandidate: boolean;
  /** Writes the files into the run's folder, and returns their paths. */
  write(run: MarkedRun, folder: string): Promise<string[]>;
}
