import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import type { AdapterChoice } from "../adapter/adapter.ts";
import { loadTask } from "../catalog/load.ts";
import { packageRoot } from "../files/package-root.ts";
import { groupCases } from "../marks/case-groups.ts";
import type { Assignment } from "../results/assignment.ts";
import type { Attempt } from "../results/attempt.ts";
import type { MarkFacts } from "../results/mark-facts.ts";
import { expectsSomebody, withMissing } from "../results/missing.ts";
import { stillNotTaken } from "../results/not-taken.ts";
import type { Results, RunDescription } from "../results/results.ts";
import type { RosterEntry } from "../results/roster.ts";
import type { Cohort } from "../submission/read.ts";
import { listCases } from "../task/case.ts";
import { defaultLimits } from "../task/limits.ts";
import { UserError } from "../text/user-error.ts";
import { AttemptCache } from "./attempt-cache.ts";
import { RunLog, readLog } from "./attempt-log.ts";
import { earlierRuns, withoutRepeated } from "./earlier-runs.ts";
import type { CohortJudge, Elsewhere } from "./elsewhere.ts";
import { type CohortProgress, judgeCohort } from "./judge-cohort.ts";
import { type MeasuringSetting, type MeasuringWatcher, measureCohort } from "./measure-cohort.ts";
import { MeasuringService } from "./measuring-service.ts";
import { compareWithLog } from "./outdated.ts";
import { readDescription, writeResults } from "./results-file.ts";
import { holdRunFolder } from "./run-folder.ts";
import { type RunInputs, rememberInputs } from "./run-inputs.ts";
import { type Shard, shardText } from "./shard.ts";
import { withJudging } from "./with-judging.ts";

export interface RunSetting {
  readonly cohort: Cohort;
  /** Where all of this comes from, to be remembered; undefined if nobody could grade it again. */
  readonly inputs: RunInputs | undefined;
  readonly adapter: AdapterChoice;
  readonly assignment: Assignment;
  /** Tasks that every candidate should have submitted. */
  readonly expectedTasks: readonly string[];
  /** The candidates who should have submitted, by the names of their folders; empty without a roster. */
  readonly roster: readonly RosterEntry[];
  /** Facts about hand-ins and people that marks depend on. */
  readonly facts: MarkFacts;
  /** The run that this one continues, whose attempts may count; undefined for none. */
  readonly again: Results | undefined;
  /** The run's folder; created if missing. */
  readonly folder: string;
  /** Random by default; a resumed run keeps its own. */
  readonly seed: string | undefined;
  readonly isResumed: boolean;
  /** The part of the run to judge, or undefined for all of it; a resumed run keeps its own. */
  readonly shard?: Shard | undefined;
  /** Whether to judge submissions again that were judged before under the same conditions. */
  readonly isFresh: boolean;
  readonly jobs: number;
  /** Other machines that judge and measure; by default, this one does. */
  readonly elsewhere?: Elsewhere | undefined;
  /** Whether workers get their own network and file system through bubblewrap. */
  readonly isIsolated: boolean;
  /** The measurements to take once all submissions are judged; null for none. */
  readonly measuring: MeasuringSetting | null;
  /** Aborts to stop the run. */
  readonly signal: AbortSignal;
}

export interface RunProgress extends CohortProgress, MeasuringWatcher {
  /** Called for a damaged file of earlier verdicts, parts of which are ignored. */
  onDamagedCache(path: string): void;
  /** Called with a sentence for each submission that has changed since an earlier part of this run. */
  onChanged(sentence: string): void;
}

/** An unguessable seed: 128 bits, in hexadecimal. */
export function drawSeed(): string {
  return randomBytes(16).toString("hex");
}

/**
 * Grades all submissions into a folder: `attempts.jsonl` grows with each attempt; `results.json` describes the run from
 * its start and contains all results at its end.
 */
export async function gradeRun(setting: RunSetting, progress: RunProgress): Promise<Results> {
  const { folder, isResumed, adapter, cohort, assignment, expectedTasks, jobs, elsewhere, isIsolated, signal } =
    setting;
  const held = await holdRunFolder(folder, isResumed);
  try {
    const earlier = isResumed ? await readDescription(folder) : undefined;
    if (earlier !== undefined) refuseOtherConditions(earlier, setting);
    const limits = assignment.limits ?? defaultLimits;
    const { current, again, gone } = await compareWithLog(await readLog(folder), cohort, limits);
    for (const sentence of [...again, ...gone]) progress.onChanged(sentence);
    const begun = earlier ?? (await newRun(setting));
    const described = { ...begun, ...(await describeRun(setting, begun.seed, earlier?.caseGroups)) };
    const { earlier: continued, remarks } = earlierRuns(setting.again, described);
    const run = {
      ...described,
      ...setting.facts,
      ...(continued.length > 0 && { earlier: continued }),
      isMeasured: setting.measuring !== null || earlier?.isMeasured === true,
      remarks: [...cohort.remarks, ...remarks, ...gone],
    };
    await writeResults({ ...run, state: "running", attempts: [] }, folder);
    const log = await RunLog.open(folder);
    let attempts: Attempt[];
    try {
      const cache = new AttemptCache({ seed: run.seed, adapter, limits }, run.run, progress.onDamagedCache);
      const reuse = setting.isFresh ? undefined : await knowing(cache, cohort);
      const others = await elsewhere?.open({ run, limits, isIsolated, reuse, signal });
      try {
        const inProgress = others === undefined ? { jobs } : { jobs: elsewhere!.jobs, drains: true };
        const judge = (judging: CohortJudge) =>
          judgeCohort(
            judging,
            log,
            cache,
            { cohort, expectedTasks, logged: current, shard: run.shard, ...inProgress, signal },
            progress,
          );
        attempts =
          others === undefined
            ? await withJudging({ adapter, seed: run.seed, isIsolated, limits, ...(reuse && { reuse }) }, judge)
            : await judge(others);
        await cache.prune();
        if (setting.measuring !== null && !signal.aborted) {
          attempts = await measureCohort(
            others ?? new MeasuringService(adapter, { signal, isIsolated }),
            log,
            attempts,
            { ...setting, ...setting.measuring, seed: run.seed, limits, machines: elsewhere?.jobs ?? 1 },
            progress,
          );
        }
      } finally {
        await others?.close();
      }
    } finally {
      await log.close();
    }
    const judged: Results = {
      ...run,
      ...(run.earlier && { earlier: withoutRepeated(run.earlier, { ...run, attempts }) }),
      state: signal.aborted ? "stopped" : "finished",
      attempts,
    };
    // Candidates without a folder have nothing to grade, so they need no line in the log.
    const isPart = signal.aborted || run.shard !== undefined;
    const all = isPart || !expectsSomebody(judged) ? judged : withMissing(judged);
    const results = { ...all, notTaken: stillNotTaken(cohort.notTaken, all.attempts) };
    await writeResults(results, folder);
    return results;
  } finally {
    await held.release();
  }
}

/** The cache, if it may contain a submission. */
async function knowing(cache: AttemptCache, { submissions }: Cohort): Promise<AttemptCache | undefined> {
  for (const task of new Set(submissions.map(({ task }) => task))) if (await cache.knows(task)) return cache;
  return undefined;
}

/** The part of a run's description that depends on the submissions; more may arrive before it is resumed. */
type OfSubmissions = Pick<Results, "assignment" | "caseGroups" | "refused" | "notTaken" | "roster">;

async function newRun({
  folder,
  adapter,
  seed,
  inputs,
  shard,
}: RunSetting): Promise<Omit<RunDescription, "state" | "remarks" | keyof OfSubmissions>> {
  const { environment: _, ...described } = adapter;
  return {
    schema: 1,
    run: basename(folder),
    harnessVersion: versionOf(join(packageRoot(), "package.json")),
    dawnVersion: versionOf(join(dirname(createRequire(import.meta.url).resolve("webgpu")), "package.json")),
    adapter: described,
    seed: seed ?? drawSeed(),
    ...(inputs && { inputs: await rememberInputs(inputs, folder) }),
    startedAt: new Date().toISOString(),
    ...(shard && { shard }),
  };
}

async function describeRun(
  { cohort, assignment, roster }: RunSetting,
  seed: string,
  earlierGroups: Results["caseGroups"] = {},
): Promise<OfSubmissions> {
  const tasks = new Set([...Object.keys(assignment.tasks), ...cohort.submissions.map(({ task }) => task)]);
  const caseGroups: Record<string, Record<string, readonly number[]>> = {};
  for (const task of tasks) {
    caseGroups[task] = Object.fromEntries(groupCases(listCases(await loadTask(task), seed)));
  }
  const { refused, notTaken } = cohort;
  return { assignment, caseGroups: { ...earlierGroups, ...caseGroups }, refused, notTaken, roster };
}

/** A run has one seed and one adapter: resuming with others would mix marks that cannot be compared. */
function refuseOtherConditions(earlier: RunDescription, { folder, adapter, seed, shard }: RunSetting): void {
  if (shard !== undefined && JSON.stringify(shard) !== JSON.stringify(earlier.shard)) {
    const own = earlier.shard === undefined ? "a whole run" : shardText(earlier.shard);
    throw new UserError(`${folder} is ${own}, not ${shardText(shard)}.`, "Omit --shard: a resumed run keeps its own.");
  }
  if (seed !== undefined && seed !== earlier.seed) {
    throw new UserError(`The run in ${folder} has another seed.`, "Omit --seed: a resumed run keeps its own.");
  }
  if (adapter.description !== earlier.adapter.description) {
    throw new UserError(
      `The run in ${folder} was started on ${earlier.adapter.description}, but this adapter is ${adapter.description}.`,
      "Resume it on the first adapter, or start a new run with --out.",
    );
  }
}

function versionOf(packageFile: string): string {
  return JSON.parse(readFileSync(packageFile, "utf8")).version;
}
