import type { Attempt } from "../results/attempt.ts";
import type { CaseResult } from "../results/case-result.ts";
import { missingAttempt } from "../results/missing.ts";
import type { Cohort, Submission } from "../submission/read.ts";
import type { AttemptCache } from "./attempt-cache.ts";
import type { RunLog } from "./attempt-log.ts";
import type { CohortJudge } from "./elsewhere.ts";
import { isInShard, type Shard } from "./shard.ts";

/** Called as submissions are graded. */
export interface CohortProgress {
  onStart(submission: Submission): void;
  onCase(submission: Submission, result: CaseResult, caseCount: number): void;
  onAttempt(attempt: Attempt, done: number, total: number): void;
}

export interface CohortSetting {
  readonly cohort: Cohort;
  /** Tasks that every candidate should submit; empty without an assignment. */
  readonly expectedTasks: readonly string[];
  /** Attempts of an earlier part of this run. */
  readonly logged: readonly Attempt[];
  /** Limits the run to a part of the submissions, and of those that are missing. */
  readonly shard: Shard | undefined;
  /** The number of submissions judged in parallel. */
  readonly jobs: number;
  readonly signal: AbortSignal;
  /** Whether submissions in progress are awaited when the signal aborts, rather than discarded. */
  readonly drains?: boolean;
}

/**
 * Judges every submission that is not in the log yet, or on which Kernelmark failed, and logs each attempt at once,
 * also in the cache for later runs. When the signal aborts, no further submission is started, and those in progress are
 * discarded unless they are to be drained: a resumed run judges them.
 *
 * @returns all attempts, sorted by candidate, then task, with their details left in the log
 * @throws UserError for a fault in a task that an instructor added, before any submission is judged
 */
export async function judgeCohort(
  judging: CohortJudge,
  log: RunLog,
  cache: Pick<AttemptCache, "keep">,
  { cohort, expectedTasks, logged, shard, jobs, signal, drains = false }: CohortSetting,
  progress: CohortProgress,
): Promise<Attempt[]> {
  const key = ({ candidate, task }: Pick<Attempt, "candidate" | "task">) => JSON.stringify([candidate, task]);
  const attempts = new Map(logged.map((attempt) => [key(attempt), attempt]));
  const isOwn = (one: Pick<Attempt, "candidate" | "task">) => shard === undefined || isInShard(shard, one);
  const missing = missingAttempts(cohort, expectedTasks).filter((one) => isOwn(one) && !attempts.has(key(one)));
  const isWaiting = (submission: Submission) =>
    isOwn(submission) && (attempts.get(key(submission))?.verdict ?? "harness-error") === "harness-error";
  const waiting = byTask(cohort.submissions.filter(isWaiting));
  const again = waiting.filter((submission) => attempts.has(key(submission))).length;
  let done = attempts.size - again;
  const total = done + missing.length + waiting.length;

  const add = async (attempt: Attempt) => {
    const logged = await log.add(attempt);
    if (attempt.reusedFrom === undefined) await cache.keep(attempt);
    attempts.set(key(attempt), logged);
    progress.onAttempt(attempt, ++done, total);
  };
  await Promise.all(missing.map(add));

  const unchanged = new Set<Submission>();
  await inGroups(waiting, LOOKED_AT_TOGETHER, async (submission) => {
    const attempt = signal.aborted ? undefined : await judging.findUnchanged(submission);
    if (attempt === undefined) return;
    unchanged.add(submission);
    await add(attempt);
  });
  const changed = waiting.filter((submission) => !unchanged.has(submission));

  if (changed.length > 0) judging.prepare(changed[0]!);
  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  await Promise.race([judging.requireReferences(changed.map(({ task }) => task)), aborted]);
  const work = async () => {
    for (let submission = changed.shift(); submission !== undefined; submission = changed.shift()) {
      if (signal.aborted) return;
      const own = submission;
      const next = changed[0];
      progress.onStart(own);
      const judged = judging.judge(own, { onCase: (result, caseCount) => progress.onCase(own, result, caseCount) });
      if (next !== undefined) judging.prepare(next);
      const attempt = await (drains ? judged : Promise.race([judged, aborted]));
      if (attempt === undefined) return;
      await add(attempt);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return [...attempts.values()].sort((a, b) => compare(a.candidate, b.candidate) || compare(a.task, b.task));
}

/** Submissions compared with earlier ones at the same time: their attempts are flushed to the log together. */
const LOOKED_AT_TOGETHER = 32;

/** Visits all items, `size` at a time. */
async function inGroups<T>(items: readonly T[], size: number, visit: (item: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += size) await Promise.all(items.slice(from, from + size).map(visit));
}

/** Groups submissions by task: its references are made while the first of them is judged. */
function byTask(submissions: readonly Submission[]): Submission[] {
  return [...submissions].sort((a, b) => compare(a.task, b.task) || compare(a.candidate, b.candidate));
}

/** Without expected tasks, a candidate still lacks those for which some of their files were meant. */
function missingAttempts({ candidates, submissions, notTaken }: Cohort, expected: readonly string[]): Attempt[] {
  const startedAt = new Date().toISOString();
  return candidates.flatMap((candidate) => {
    const submitted = new Set(submissions.filter((one) => one.candidate === candidate).map(({ task }) => task));
    const meant = notTaken.filter((one) => one.candidate === candidate && one.task !== "").map(({ task }) => task);
    return (expected.length > 0 ? expected : [...new Set(meant)])
      .filter((task) => !submitted.has(task))
      .map((task) =>
        missingAttempt(candidate, task, `There is no ${task}.ts in the folder of ${candidate}.`, startedAt),
      );
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
