import { marksOf } from "../marks/results-marks.ts";
import type { Results } from "../results/results.ts";
import type { SimilarPair } from "../similarity/similar-pair.ts";
import type { MarkedRun } from "./report.ts";

/**
 * Marks a run, for its reports.
 *
 * @param only limits the reports to this candidate
 */
export function markRun(results: Results, only?: string): MarkedRun {
  const everybody = marksOf(results);
  const isShown = ({ candidate }: { readonly candidate: string }) => only === undefined || candidate === only;
  let similar: Promise<readonly SimilarPair[]> | undefined;
  return {
    results: {
      ...results,
      attempts: results.attempts.filter(isShown),
      notTaken: results.notTaken.filter(isShown),
      roster: results.roster.filter(isShown),
    },
    marks: { ...everybody, candidates: everybody.candidates.filter(isShown) },
    everybody,
    async similar() {
      const { findSimilar } = await import("../similarity/find-similar.ts");
      similar ??= findSimilar(results.attempts);
      return (await similar).filter(({ a, b }) => only === undefined || a === only || b === only);
    },
  };
}
