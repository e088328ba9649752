import type { Marks } from "../marks/marks.ts";
import type { Results } from "../results/results.ts";
import type { SimilarWork } from "../similarity/similar-work.ts";
import type { UserError } from "../text/user-error.ts";
import type { SpreadsheetFormat } from "./tables/csv-text.ts";

/**
 * A marked run, the input of every report: `results` has the attempt behind each mark, for each person. For a report on
 * one candidate, it contains nothing about the others.
 */
export interface MarkedRun {
  readonly results: Results;
  /** The run as in `results.json`, before teams are split into people and the best attempts are chosen. */
  readonly recorded: Results;
  readonly marks: Marks;
  /** Marks of all candidates, even in a report on one: for ranks and quartiles, without names. */
  readonly everybody: Marks;
  /** Each candidate's name on the leaderboard for everyone, see `leaderboardCodes`. */
  readonly codes: ReadonlyMap<string, string>;
  /** How to write tables for spreadsheets. */
  readonly spreadsheet: SpreadsheetFormat;
  /** Groups of similar kernels, the most similar first; none for a report on one. The search takes seconds, and runs once. */
  similar(): Promise<SimilarWork>;
}

/** A view of a run as one or more files. */
export interface Report {
  /** As in `--format`: `marks`. */
  readonly name: string;
  /** Description for `--help`: `marks.csv, a row for each candidate`. */
  readonly about: string;
  /** Whether it writes separate files for each candidate, the same in a report on one candidate. */
  readonly isByCandidate: boolean;
  /** Present if it compares candidates, so that there is none on one candidate. */
  readonly comparesCandidates?: true;
  /** The reason why this run has no such report; it is then not written, and refused if it was asked for by name. */
  problem?(run: MarkedRun): UserError | undefined;
  /** Warnings about what the report of a run with a roster lacks, each a sentence or more. */
  remarks?(run: MarkedRun): readonly string[];
  /** Writes the files into a folder, and returns their paths. */
  write(run: MarkedRun, folder: string): Promise<string[]>;
}
