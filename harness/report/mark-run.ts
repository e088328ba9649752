import { marksOf } from "../marks/results-marks.ts";
import type { Results } from "../results/results.ts";
import type { EarlierAttempt } from "../similarity/earlier-work.ts";
import type { SimilarWork } from "../similarity/similar-work.ts";
import type { MarkedRun } from "./report.ts";
import { type SpreadsheetFormat, spreadsheetFormat } from "./tables/csv-text.ts";

export interface MarkRunOptions {
  /** Commas and decimal points by default. */
  readonly spreadsheet?: SpreadsheetFormat;
  /** Earlier cohorts' work, with which this run's is compared too. */
  readonly earlier?: readonly EarlierAttempt[];
}

/**
 * Marks a run, for its reports.
 *
 * @param only limits the reports to this candidate
 */
export function markRun(results: Results, only?: string, options: MarkRunOptions = {}): MarkedRun {
  const everybody = marksOf(results);
  const isShown = ({ candidate }: { readonly candidate: string }) => only === undefined || candidate === only;
  let similar: Promise<SimilarWork> | undefined;
  const { attempts, roster, builtInCode } = results;
  return {
    results: {
      ...results,
      attempts: attempts.filter(isShown),
      roster: roster.filter(isShown),
      ...(builtInCode === undefined ? {} : { builtInCode: builtInCode.filter(isShown) }),
    },
    marks: { ...everybody, candidates: everybody.candidates.filter(isShown) },
    everybody,
    spreadsheet: options.spreadsheet ?? spreadsheetFormat(),
    async similar() {
      // A report on one candidate names nobody else.
      if (only !== undefined) return { groups: [], omittedGroups: 0, omittedPairs: 0 };
      const { findSimilar } = await import("../similarity/find-similar.ts");
      similar ??= findSimilar(results.attempts, options.earlier);
      return similar;
    },
  };
}
