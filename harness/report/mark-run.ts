import { marksOf } from "../marks/results-marks.ts";
import type { Results } from "../results/results.ts";
import type { EarlierAttempt } from "../similarity/earlier-work.ts";
import type { SimilarWork } from "../similarity/similar-work.ts";
import { printable } from "../text/printable.ts";
import { leaderboardCodes } from "./leaderboard-codes.ts";
import type { MarkedRun } from "./report.ts";
import { isSeedSecret } from "./seed-secrecy.ts";
import { type SpreadsheetFormat, spreadsheetFormat } from "./tables/csv-text.ts";

export interface MarkRunOptions {
  /** Commas and decimal points by default. */
  readonly spreadsheet?: SpreadsheetFormat;
  /** Earlier cohorts' work, with which this run's is compared too. */
  readonly earlier?: readonly EarlierAttempt[];
  /** The time of the reports: the seed is secret until the deadline. Now by default. */
  readonly at?: Date;
}

/**
 * Marks a run, for its reports.
 *
 * @param only limits the reports to this candidate: they contain nothing about the others
 */
export function markRun(
  results: Results,
  only?: string,
  { spreadsheet = spreadsheetFormat(), earlier, at = new Date() }: MarkRunOptions = {},
): MarkedRun {
  const everybody = marksOf(results);
  const codes = leaderboardCodes(
    results,
    everybody.candidates.map(({ candidate }) => candidate),
  );
  if (only !== undefined) {
    const candidates = everybody.candidates.filter(({ candidate }) => candidate === only);
    return {
      results: resultsOf(results, only, at),
      marks: { ...everybody, candidates },
      everybody,
      codes,
      spreadsheet,
      similar: async () => ({ groups: [], omittedGroups: 0, omittedPairs: 0 }),
    };
  }
  let similar: Promise<SimilarWork> | undefined;
  return {
    results,
    marks: everybody,
    everybody,
    codes,
    spreadsheet,
    async similar() {
      const { findSimilar } = await import("../similarity/find-similar.ts");
      similar ??= findSimilar(results.attempts, earlier);
      return similar;
    },
  };
}

/** The results of one candidate. Fields are listed one by one, since any other could be about somebody else. */
function resultsOf(results: Results, only: string, at: Date): Results {
  const { schema, run, harnessVersion, dawnVersion, adapter, assignment, startedAt, state } = results;
  const isOwn = ({ candidate }: { readonly candidate: string }) => candidate === only;
  const attempts = results.attempts.filter(isOwn);
  const tasks = new Set([...Object.keys(assignment.tasks), ...attempts.map(({ task }) => task)]);
  const folder = printable(only);
  return {
    ...{ schema, run, harnessVersion, dawnVersion, adapter, assignment, startedAt, state, attempts },
    seed: isSeedSecret(results, at) ? "" : results.seed,
    caseGroups: Object.fromEntries(Object.entries(results.caseGroups).filter(([task]) => tasks.has(task))),
    refused: results.refused.filter(({ path }) => path === folder || path.startsWith(`${folder}/`)),
    remarks: [],
    roster: results.roster.filter(isOwn),
    notTaken: results.notTaken.filter(isOwn),
    ...(results.builtInCode && { builtInCode: results.builtInCode.filter(isOwn) }),
  };
}
