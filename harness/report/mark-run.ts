import { group } from "d3-array";
import type { Marks } from "../marks/marks.ts";
import { marksOf } from "../marks/results-marks.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Results } from "../results/results.ts";
import { attemptOf } from "../run/attempt-file.ts";
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
    const marks = { ...everybody, candidates: everybody.candidates.filter(({ candidate }) => candidate === only) };
    const recorded = recordedOn(results, only, marks.candidates[0]?.folder ?? only, at);
    return {
      results: { ...recorded, attempts: countedAttempts(results.attempts, marks) },
      recorded,
      marks,
      everybody,
      codes,
      spreadsheet,
      similar: async () => ({ groups: [], omittedGroups: 0, omittedPairs: 0 }),
    };
  }
  let similar: Promise<SimilarWork> | undefined;
  return {
    results: { ...results, attempts: countedAttempts(results.attempts, everybody) },
    recorded: results,
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

/** The attempts that the marks are for: of each candidate, also of each member of a team, one for each task. */
function countedAttempts(attempts: readonly Attempt[], { candidates }: Marks): Attempt[] {
  const byFolder = group(attempts, ({ candidate }) => candidate);
  return candidates.flatMap(({ candidate, folder, attempts: counted }) =>
    (byFolder.get(folder) ?? []).map((attempt) => {
      const own = counted.get(attempt.task) ?? attempt;
      return candidate === folder ? own : attemptOf(candidate, own);
    }),
  );
}

/** The results of one candidate. Fields are listed one by one, since any other could be about somebody else. */
function recordedOn(results: Results, only: string, folder: string, at: Date): Results {
  const { schema, run, harnessVersion, dawnVersion, adapter, assignment, startedAt, state, isMeasured } = results;
  const { received, extensions, adjustments, teams, earlier } = results;
  const own = <T extends { readonly candidate: string }>(list: readonly T[]) =>
    list.filter(({ candidate }) => candidate === only || candidate === folder);
  const attempts = own(results.attempts);
  const tasks = new Set([...Object.keys(assignment.tasks), ...attempts.map(({ task }) => task)]);
  const path = printable(folder);
  return {
    ...{ schema, run, harnessVersion, dawnVersion, adapter, assignment, startedAt, state, attempts },
    seed: isSeedSecret(results, at) ? "" : results.seed,
    caseGroups: Object.fromEntries(Object.entries(results.caseGroups).filter(([task]) => tasks.has(task))),
    refused: results.refused.filter((one) => one.path === path || one.path.startsWith(`${path}/`)),
    remarks: [],
    roster: results.roster.filter(({ candidate }) => candidate === only),
    notTaken: own(results.notTaken),
    ...(results.builtInCode && { builtInCode: own(results.builtInCode) }),
    ...(isMeasured !== undefined && { isMeasured }),
    ...(received && { received: own(received) }),
    ...(extensions && { extensions: own(extensions) }),
    ...(adjustments && { adjustments: own(adjustments) }),
    ...(teams && { teams: own(teams) }),
    ...(earlier && {
      earlier: earlier.map((one) => ({
        run: one.run,
        attempts: own(one.attempts),
        ...(one.received && { received: own(one.received) }),
      })),
    }),
  };
}
