import type { Attempt } from "../results/attempt.ts";
import { expectsSomebody, withMissing } from "../results/missing.ts";
import { stillNotTaken } from "../results/not-taken.ts";
import type { Results } from "../results/results.ts";
import { UserError } from "../text/user-error.ts";
import { RunLog, readLog } from "./attempt-log.ts";
import { readResults, writeResults } from "./results-file.ts";
import { holdRunFolder, writerOf } from "./run-folder.ts";
import { recallInputs, rememberInputs } from "./run-inputs.ts";
import { type Shard, shardText } from "./shard.ts";

/** A shard's results, with the folder that they were read from. */
export interface ShardRun {
  readonly folder: string;
  readonly results: Results & { readonly shard: Shard };
}

/** Shards that are joined, and those that could not be. */
export interface Merged {
  readonly results: Omit<Results, "run">;
  /** The shards that are absent. */
  readonly missing: readonly Shard[];
  /** The folders of the shards that were interrupted. */
  readonly unfinished: readonly string[];
}

/**
 * Reads a shard; of an interrupted one, all attempts that reached its log.
 *
 * @throws UserError if it is still being written, is not a shard, or cannot be read
 */
export async function readShard(folder: string): Promise<ShardRun> {
  const owner = await writerOf(folder);
  if (owner !== undefined) {
    throw new UserError(
      `The shard in ${folder} is still being judged (by process ${owner.pid}${owner.host === undefined ? "" : ` on ${owner.host}`}).`,
      "Wait until it ends, then merge again.",
    );
  }
  const results = await readResults(folder);
  const { shard } = results;
  if (shard === undefined) {
    throw new UserError(`${folder} is a whole run, not a shard.`, "Merge only folders written by `grade --shard`.");
  }
  const attempts = results.state === "finished" ? results.attempts : await readLog(folder);
  const inputs = results.inputs && (await recallInputs(results.inputs, folder));
  return { folder, results: { ...results, ...(inputs && { inputs }), shard, attempts } };
}

/**
 * Joins shards, in any order, also if some are given twice or are missing: the result is then `stopped`, and can be
 * resumed.
 *
 * @param shards at least one
 * @throws UserError if they are not parts of one run, or contradict each other
 */
export function mergeRuns(shards: readonly ShardRun[]): Merged {
  const sorted = [...shards].sort(
    (a, b) => a.results.shard.index - b.results.shard.index || compare(startOf(a), startOf(b)),
  );
  const [first, ...others] = sorted as [ShardRun, ...ShardRun[]];
  for (const other of others) refuseOtherRun(first, other);
  const { shard, run: _, ...head } = first.results;
  const all = sorted.map(({ results }) => results);
  const finished = new Set(all.filter(({ state }) => state === "finished").map((one) => one.shard.index));
  const present = new Set(all.map((one) => one.shard.index));
  const numbers = Array.from({ length: shard.count }, (_, index) => index + 1);
  const missing = numbers.filter((index) => !present.has(index)).map((index) => ({ index, count: shard.count }));
  const unfinished = sorted.filter(({ results }) => !finished.has(results.shard.index)).map(({ folder }) => folder);
  const isWhole = finished.size === shard.count;
  const attempts = joinAttempts(sorted);
  const merged: Omit<Results, "run"> = {
    ...head,
    caseGroups: Object.assign({}, ...all.map(({ caseGroups }) => caseGroups)),
    refused: distinct(all.flatMap(({ refused }) => refused)),
    // A shard knows only its own attempts' imports.
    notTaken: stillNotTaken(distinct(all.flatMap(({ notTaken }) => notTaken)), attempts),
    remarks: distinct(all.flatMap(({ remarks }) => remarks)),
    roster: distinct(all.flatMap(({ roster }) => roster)),
    startedAt: all.map(({ startedAt }) => startedAt).sort(compare)[0]!,
    state: isWhole ? "finished" : "stopped",
    attempts,
  };
  return {
    results: isWhole && expectsSomebody(merged) ? withMissing({ ...merged, run: "" }) : merged,
    missing,
    unfinished,
  };
}

/** Attempts that are flushed to the log, and in memory, together. */
const LOGGED_TOGETHER = 100;

/**
 * Writes a merged run into a new folder, as `grade` would have.
 *
 * @param run the folder's name
 * @throws UserError if the folder cannot be written, or already contains a run
 */
export async function writeMerged(merged: Merged, run: string, folder: string): Promise<Results> {
  const held = await holdRunFolder(folder, false);
  try {
    const { inputs } = merged.results;
    const results: Results = {
      ...merged.results,
      ...(inputs && { inputs: await rememberInputs(inputs, folder) }),
      run,
    };
    const log = await RunLog.open(folder);
    try {
      // Those without a folder have nothing to grade, and no line in a run's log.
      const { attempts } = results;
      for (let from = 0; from < attempts.length; from += LOGGED_TOGETHER) {
        await Promise.all(attempts.slice(from, from + LOGGED_TOGETHER).map((attempt) => log.add(attempt)));
      }
    } finally {
      await log.close();
    }
    await writeResults(results, folder);
    return results;
  } finally {
    await held.release();
  }
}

function joinAttempts(shards: readonly ShardRun[]): Attempt[] {
  const found = new Map<string, { readonly attempt: Attempt; readonly folder: string }>();
  for (const { folder, results } of shards) {
    for (const attempt of results.attempts) {
      const key = JSON.stringify([attempt.candidate, attempt.task]);
      const earlier = found.get(key);
      if (earlier === undefined || isBetter(attempt, earlier.attempt)) found.set(key, { attempt, folder });
      else if (!isBetter(earlier.attempt, attempt)) refuseContradiction(earlier, { attempt, folder });
    }
  }
  return [...found.values()]
    .map(({ attempt }) => attempt)
    .sort((a, b) => compare(a.candidate, b.candidate) || compare(a.task, b.task));
}

/** Whether an attempt replaces another of the same submission: it was judged, or measured, and the other was not. */
function isBetter(one: Attempt, other: Attempt): boolean {
  const rank = ({ verdict, measurement }: Attempt) =>
    verdict === "harness-error" ? 0 : measurement?.state === "measured" ? 2 : 1;
  return one.hash === other.hash && rank(one) > rank(other);
}

interface Found {
  readonly attempt: Attempt;
  readonly folder: string;
}

/** @throws UserError if two attempts of one submission differ: a mark would depend on the order of the folders */
function refuseContradiction(a: Found, b: Found): void {
  if (a.attempt.hash === b.attempt.hash && a.attempt.verdict === b.attempt.verdict) return;
  const { candidate, task } = a.attempt;
  const how = a.attempt.hash === b.attempt.hash ? "verdicts" : "files";
  throw new UserError(
    `${a.folder} and ${b.folder} both contain ${task} of ${candidate}, with different ${how}.`,
    "Merge only one of the two folders.",
  );
}

/** @throws UserError if two shards are not parts of the same run */
function refuseOtherRun(a: ShardRun, b: ShardRun): void {
  if (a.results.shard.count !== b.results.shard.count) {
    throw new UserError(
      `${a.folder} is ${shardText(a.results.shard)}, but ${b.folder} is ${shardText(b.results.shard)}: they overlap.`,
      "Merge shards of one count.",
    );
  }
  for (const [what, of] of CONDITIONS) {
    if (of(a.results) === of(b.results)) continue;
    throw new UserError(
      `${a.folder} and ${b.folder} have different ${what}.`,
      "Judge all shards under the same conditions, and merge only shards of one run.",
    );
  }
}

/** The conditions of a run: marks from other ones cannot be compared. */
const CONDITIONS: readonly (readonly [what: string, of: (results: Results) => string])[] = [
  ["seeds", ({ seed }) => seed],
  ["adapters", ({ adapter }) => `${adapter.description} ${adapter.driver}`],
  ["versions of Kernelmark", ({ harnessVersion, dawnVersion }) => `${harnessVersion} ${dawnVersion}`],
  ["assignments", ({ assignment }) => JSON.stringify(assignment)],
];

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function startOf({ results }: ShardRun): string {
  return results.startedAt;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
