import { availableParallelism, constants } from "node:os";
import { join, resolve } from "node:path";
import type { CommandModule } from "yargs";
import type { Assignment } from "../results/assignment.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Cohort } from "../submission/read.ts";
import { count } from "../text/count.ts";
import { parseBudget } from "./budget.ts";
import { earlierWork } from "./earlier-work.ts";
import { type MarkFactsOptions, markFactsOptions } from "./mark-facts.ts";
import { colorsFor, print, printJsonFile, printRemark, textWidth } from "./output.ts";
import { ProgressLine } from "./progress-line.ts";

interface GradeOptions extends MarkFactsOptions {
  readonly submissions: string | undefined;
  readonly roster: string | undefined;
  /** An option of all commands. */
  readonly tasks?: string;
  readonly out: string | undefined;
  readonly resume: string | undefined;
  readonly jobs: number;
  readonly seed: string | undefined;
  readonly again: string | undefined;
  readonly fresh: boolean;
  readonly measure: boolean | undefined;
  readonly budget: string;
  readonly isolate: boolean;
  readonly locale: string | undefined;
  readonly against: string | undefined;
  readonly json: boolean;
}

/** Kernels share the processors with the judge; more jobs than this would only wait for each other. */
const DEFAULT_JOBS = Math.max(1, Math.floor(availableParallelism() / 2));

const RECEIVED_WORDS =
  "Hand-in times: a CSV file (candidate,received), or `git` for times of commits; collected.csv by default";

/** `kernelmark grade`: verdicts and marks for all submissions. */
export const grade: CommandModule<object, GradeOptions> = {
  command: "grade [submissions]",
  describe: "Grade all submissions of all candidates",
  builder: (yargs) =>
    yargs
      .positional("submissions", {
        type: "string",
        describe: "The folder of the candidates' folders; `submissions`, or that of the earlier run, by default",
      })
      .option("assignment", {
        type: "string",
        requiresArg: true,
        describe: "The assignment.yaml with points and limits",
      })
      .option("roster", {
        type: "string",
        requiresArg: true,
        describe: "Your roster.csv, or an export of Canvas, Moodle or GitHub Classroom",
      })
      .options(markFactsOptions(RECEIVED_WORDS))
      .option("out", {
        type: "string",
        requiresArg: true,
        describe: "The run's folder; reports/<date and time> by default",
      })
      .option("resume", {
        type: "string",
        requiresArg: true,
        describe: "Continue the run in this folder, with its submissions, assignment, roster and seed",
        conflicts: ["out"],
      })
      .option("jobs", {
        type: "number",
        requiresArg: true,
        default: DEFAULT_JOBS,
        describe: "Number of submissions to check in parallel",
      })
      .option("seed", { type: "string", requiresArg: true, describe: "Seed of another run, to repeat its inputs" })
      .option("again", {
        type: "string",
        requiresArg: true,
        describe: "Repeat the run in this folder, unless other options are given, and judge only what has changed",
        conflicts: ["seed", "resume"],
      })
      .option("fresh", {
        type: "boolean",
        default: false,
        describe: "Judge everything, even if judged before with the same seed",
      })
      .option("measure", {
        type: "boolean",
        describe: "Measure accepted submissions; by default, if speed counts",
      })
      .option("budget", {
        type: "string",
        requiresArg: true,
        default: "2s",
        describe: "Longest time for each shape of a submission",
      })
      .option("isolate", {
        type: "boolean",
        default: false,
        describe: "Confine kernels with bubblewrap: no network, no other files",
      })
      .option("locale", {
        type: "string",
        requiresArg: true,
        describe: "The locale of your spreadsheet, such as de: semicolons and decimal commas in tables",
      })
      .option("against", {
        type: "string",
        requiresArg: true,
        describe: "A folder of earlier cohorts' submissions or runs, to find similar kernels in",
      })
      .option("json", { type: "boolean", default: false, describe: "Print the content of results.json" })
      .example("$0 grade", "Grade submissions/")
      .example("$0 grade week-3 --assignment week-3.yaml", "Grade for marks")
      .example("$0 grade --again reports/monday", "Grade changes since that run")
      .example(
        "$0 grade week-3 --assignment week-3.yaml --roster roster.csv",
        "With names and addresses for gradebooks",
      )
      .example("$0 grade week-3 --assignment week-3.yaml --received times.csv", "With rules for late submissions")
      .example("$0 grade --resume reports/2026-05-04T18-00-00", "Continue an interrupted run"),
  async handler(options) {
    const [
      { startBundler },
      { findAdapter },
      { refuseOverlap },
      { gradeInputs },
      { refuseFrozen },
      { gradeRun },
      { markRun },
    ] = await Promise.all([
      import("../worker/bundler.ts"),
      import("../adapter/adapter.ts"),
      import("../files/overlap.ts"),
      import("./grade-inputs.ts"),
      import("../run/frozen-run.ts"),
      import("../run/grade-run.ts"),
      import("../report/mark-run.ts"),
    ]);
    const { UserError } = await import("../text/user-error.ts");
    if (!Number.isInteger(options.jobs) || options.jobs < 1) {
      throw new UserError(`--jobs must be a positive integer, got ${options.jobs}.`, "Omit it for the default.");
    }
    const budgetMs = await parseBudget(options.budget);
    // Before hours of grading, so that a mistake in them is found now.
    const { spreadsheetFormat } = await import("../report/tables/csv-text.ts");
    const spreadsheet = spreadsheetFormat(options.locale);
    const folder = resolve(options.resume ?? options.out ?? join("reports", runName(new Date())));
    await refuseFrozen(folder);
    const earlier = await earlierWork(options.against, folder);
    // With the seed of an earlier run, there may be nothing to bundle.
    if (options.seed === undefined && options.again === undefined) startBundler();
    const [{ inputs, cohort, assignment, expectedTasks, roster, facts, again, seed, remarks }, adapter] =
      await Promise.all([gradeInputs(options), findAdapter()]);
    if (options.isolate) await (await import("../worker/isolation.ts")).requireIsolation(adapter);
    await refuseOverlap(folder, inputs.submissions);

    const stop = new AbortController();
    let signal: NodeJS.Signals = "SIGINT";
    const onInterrupt = (received: NodeJS.Signals) => {
      signal = received;
      stop.abort();
    };
    process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
    if (!options.json)
      printRemark(`Grading ${count(cohort.submissions.length, "submission")} on ${adapter.description}.`);
    for (const remark of [...remarks, ...remarksOn(cohort)]) printRemark(remark);

    const { attemptLine, measuredLine, summary } = await import("../report/terminal/run-text.ts");
    const style = { colors: colorsFor(process.stdout), width: textWidth() };
    const remarkStyle = { ...style, colors: colorsFor(process.stderr) };
    const progress = new ProgressLine(process.stderr, options.json);
    const running = new Map<string, string>();
    const graded = await gradeRun(
      {
        ...{ inputs, cohort, assignment, expectedTasks, roster, facts, again, seed, adapter, folder },
        isResumed: options.resume !== undefined,
        isFresh: options.fresh,
        jobs: options.jobs,
        isIsolated: options.isolate,
        measuring: measuringFor(options.measure, assignment, budgetMs),
        signal: stop.signal,
      },
      {
        onStart: ({ candidate, task }) => {
          running.set(`${candidate} ${task}`, "");
          progress.show([...running.keys()].join("; "));
        },
        onCase: ({ candidate, task }, result, caseCount) => {
          running.set(`${candidate} ${task}`, ` ${result.index + 1}/${caseCount}`);
          progress.show([...running].map(([name, cases]) => name + cases).join("; "));
        },
        onAttempt: (attempt: Attempt, done, total) => {
          running.delete(`${attempt.candidate} ${attempt.task}`);
          progress.clear();
          if (!options.json) printRemark(attemptLine(attempt, done, total, remarkStyle));
        },
        onChanged: printRemark,
        onDamagedCache: (path) => printRemark(`${path} is damaged in part: its lost results are judged again.`),
        onWait: (owner) => printRemark(`Waiting for process ${owner}, which is measuring on this machine.`),
        onMeasuring: ({ candidate, task }, { about, shape = "" }) =>
          progress.show(`measuring ${candidate} ${task} ${shape}: ${about}`),
        onMeasured: (attempt: Attempt, done, total) => {
          progress.clear();
          if (!options.json) printRemark(measuredLine(attempt, done, total, remarkStyle));
        },
      },
    );
    progress.clear();
    process.removeListener("SIGINT", onInterrupt).removeListener("SIGTERM", onInterrupt);

    const [
      { reportRemarks, writeReports },
      { fileList },
      { withBuiltInCode },
      { needsPerson },
      { needsText },
      { resultsPath },
    ] = await Promise.all([
      import("../report/write-reports.ts"),
      import("../report/terminal/file-list.ts"),
      import("../similarity/built-in-code.ts"),
      import("../report/needs-person.ts"),
      import("../report/terminal/needs-text.ts"),
      import("../run/results-file.ts"),
    ]);
    const results = await withBuiltInCode(graded);
    const run = markRun(results, undefined, { spreadsheet, earlier });
    const files = await writeReports(run, folder);
    if (!options.json) for (const remark of reportRemarks(run)) printRemark(remark);
    if (options.json) await printJsonFile(resultsPath(folder));
    else {
      const needs = needsText(needsPerson(run, await run.similar()), style);
      const parts = [summary(run.results, run.marks, fileList(files, folder), style), needs];
      print(`\n${parts.filter((part) => part !== "").join("\n\n")}`);
    }
    if (results.state === "stopped") {
      printRemark(`Stopped. Continue with: npx kernelmark grade --resume ${folder}${flagsOf(options)}`);
      process.exitCode = 128 + constants.signals[signal];
    } else if (results.attempts.some(({ verdict }) => verdict === "harness-error")) {
      process.exitCode = 3;
    }
  },
};

/** Options that a run does not remember, since they do not change its verdicts. */
function flagsOf({ isolate, measure }: GradeOptions): string {
  return `${isolate ? " --isolate" : ""}${measure === undefined ? "" : measure ? " --measure" : " --no-measure"}`;
}

/** The tasks to measure, each with its baseline: those whose speed counts, or all, or none. */
function measuringFor(
  measure: boolean | undefined,
  { tasks }: Assignment,
  budgetMs: number,
): { readonly against: ReadonlyMap<string, "plain" | "tuned">; readonly budgetMs: number } | null {
  if (measure === false) return null;
  const against = new Map<string, "plain" | "tuned">();
  for (const [task, { speed }] of Object.entries(tasks)) {
    if (speed !== undefined || measure === true) against.set(task, speed?.against ?? "plain");
  }
  return against.size === 0 ? null : { against, budgetMs };
}

function remarksOn({ refused, notTaken, remarks }: Cohort): string[] {
  const lacking = notTaken.filter(({ task, instead }) => task !== "" && instead === "");
  const files = lacking.length === 0 ? [] : [`Not taken: ${count(lacking.length, "file")}, named at the end.`];
  return [...refused.map(({ path, reason }) => `Not graded: ${path}. ${reason}`), ...files, ...remarks];
}

/** `2026-05-04T18-00-00`: sorts by time, and is valid on every file system. */
export function runName(date: Date): string {
  return date.toISOString().slice(0, 19).replaceAll(":", "-");
}
