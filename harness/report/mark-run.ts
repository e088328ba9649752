import { group } from "d3-array";
import type { Marks } from "../marks/marks.ts";
import { marksOf } from "../marks/results-marks.ts";
import type { Attempt } from "../results/attempt.ts";
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
  const marks = { ...everybody, candidates: everybody.candidates.filter(isShown) };
  const roster = results.roster.filter(isShown);
  const folder = marks.candidates[0]?.folder;
  let similar: Promise<readonly SimilarPair[]> | undefined;
  return {
    results: { ...results, attempts: countedAttempts(results.attempts, marks), roster },
    recorded: only === undefined ? results : { ...recordedOn(results, [only, folder ?? only]), roster },
    marks,
    everybody,
    async similar() {
      const { findSimilar } = await import("../similarity/find-similar.ts");
      similar ??= findSimilar(results.attempts);
      return (await similar).filter(({ a, b }) => only === undefined || a === folder || b === folder);
    },
  };
}

/** The attempts that the marks are for: of each candidate, also of each member of a team, one for each task. */
function countedAttempts(attempts: readonly Attempt[], { candidates }: Marks): Attempt[] {
  const byFolder = group(attempts, ({ candidate }) => candidate);
  return candidates.flatMap(({ candidate, folder, attempts: counted }) =>
    (byFolder.get(folder) ?? []).map((attempt) => {
      const own = counted.get(attempt.task) ?? attempt;
      return candidate === folder ? own : { ...own, candidate };
    }),
  );
}

/** The part of a run's results that is about some candidates. */
function recordedOn(results: Results, candidates: readonly string[]): Results {
  const { attempts, received, extensions, adjustments, teams, earlier } = results;
  const own = <T extends { readonly candidate: string }>(list: readonly T[]) =>
    list.filter(({ candidate }) => candidates.includes(candidate));
  return {
    ...results,
    attempts: own(attempts),
    ...(received && { received: own(received) }),
    ...(extensions && { extensions: own(extensions) }),
    ...(adjustments && { adjustments: own(adjustments) }),
    ...(teams && { teams: own(teams) }),
    ...(earlier && {
      earlier: earlier.map((run) => ({
        ...run,
        attempts: own(run.attempts),
        ...(run.received && { received: own(run.received) }),
      })),
    }),
  };
}
