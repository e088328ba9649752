import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { makeFolder } from "../files/make-folder.ts";
import type { PathProblem } from "../pull-request/one-candidate.ts";
import type { PullRequestOutcome } from "../pull-request/outcome.ts";
import type { TakenPullRequest } from "../pull-request/pull-request.ts";
import type { Assignment } from "../results/assignment.ts";
import { count } from "../text/count.ts";
import { runName } from "./grade.ts";
import { printRemark } from "./output.ts";
import { ProgressLine } from "./progress-line.ts";

/** The other reports compare candidates or are for gradebooks; JUnit is written separately, with paths from the root of the repository. */
const REPORTS = ["json", "marks"];

interface GradingSetting {
  /** The folder of the candidates' folders, relative to the root of the repository. */
  readonly submissions: string;
  readonly assignment: Assignment;
  /** The run's folder, if named. */
  readonly folder: string | undefined;
  /** Whether bubblewrap gives workers their own network and file namespaces. */
  readonly isIsolated: boolean;
  /** Suppresses progress and warnings. */
  readonly isSilent: boolean;
}

/** Grades the submissions that a pull request changes, and writes the run's folder. */
export async function gradeChanges(
  { cohort, candidate, unchanged }: TakenPullRequest,
  { submissions, assignment, folder: named, isIsolated, isSilent }: GradingSetting,
): Promise<PullRequestOutcome> {
  const [{ findAdapter }, { gradeRun }, { writeAtomically }, { formatJunit }, { markRun }, { reports, writeReports }] =
    await Promise.all([
      import("../adapter/adapter.ts"),
      import("../run/grade-run.ts"),
      import("../files/atomic-file.ts"),
      import("../report/ci/junit-xml.ts"),
      import("../report/mark-run.ts"),
      import("../report/write-reports.ts"),
    ]);
  // The hand-in times of a pull request are not known before it is merged.
  const { late: _, ...inForce } = assignment;
  const { withBuiltInCode } = await import("../similarity/built-in-code.ts");
  const adapter = await findAdapter();
  if (isIsolated) await (await import("../worker/isolation.ts")).requireIsolation(adapter);
  const folder = resolve(named ?? join("reports", runName(new Date())));
  const progress = new ProgressLine(process.stderr, isSilent);
  if (!isSilent) printRemark(`Grading ${count(cohort.submissions.length, "submission")} on ${adapter.description}.`);
  const stop = new AbortController();
  let stoppedBy: NodeJS.Signals | undefined;
  const onInterrupt = (signal: NodeJS.Signals) => {
    stoppedBy = signal;
    stop.abort();
  };
  process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
  const graded = await gradeRun(
    {
      cohort,
      // Its files are in a temporary folder.
      inputs: undefined,
      adapter,
      assignment: inForce,
      // Tasks missing from a pull request may come with the next one.
      expectedTasks: [],
      roster: [],
      facts: {},
      again: undefined,
      folder,
      seed: undefined,
      isResumed: false,
      // Its seed is new: nothing can be reused.
      isFresh: true,
      jobs: Math.max(1, Math.floor(availableParallelism() / 2)),
      isIsolated,
      measuring: null,
      signal: stop.signal,
    },
    {
      onStart: () => {},
      onCase: ({ task }, { index }, caseCount) => progress.show(`${task}: case ${index + 1} of ${caseCount}`),
      onAttempt: () => {},
      onDamagedCache: () => {},
      onChanged: () => {},
      onWait: () => {},
      onMeasuring: () => {},
      onMeasured: () => {},
    },
  );
  progress.clear();
  process.removeListener("SIGINT", onInterrupt).removeListener("SIGTERM", onInterrupt);
  const results = await withBuiltInCode(graded);
  const run = markRun(results);
  await writeAtomically(join(folder, "junit.xml"), formatJunit(results, submissions));
  await writeReports(
    run,
    folder,
    reports.filter(({ name }) => REPORTS.includes(name)),
  );
  return {
    state: "graded",
    submissions,
    candidate,
    results,
    marks: run.marks,
    problems: cohort.refused.map(({ path, reason }) => ({ path: `${submissions}/${path}`, reason })),
    remarks: [...cohort.remarks, ...uncounted(results.attempts, assignment)],
    unchanged,
    stoppedBy,
  };
}

function uncounted(attempts: readonly { readonly task: string }[], { tasks }: Assignment): string[] {
  return attempts
    .filter(({ task }) => !Object.hasOwn(tasks, task))
    .map(({ task }) => `\`${task}\` is not in the assignment, so its verdict gives no points.`);
}

/** Writes a refusal in place of the run's reports, for CI viewers. */
export async function reportRefusal(problems: readonly PathProblem[], folder: string): Promise<void> {
  const [{ writeAtomically }, { refusalJunit }, { refuseFrozen }] = await Promise.all([
    import("../files/atomic-file.ts"),
    import("../report/ci/refusal-junit.ts"),
    import("../run/frozen-run.ts"),
  ]);
  await refuseFrozen(folder);
  await makeFolder(folder);
  await writeAtomically(join(folder, "junit.xml"), refusalJunit(problems));
}
