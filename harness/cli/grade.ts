import { availableParallelism, constants } from "node:os";
import { join, resolve } from "node:path";
import type { CommandModule } from "yargs";
import type { Assignment } from "../results/assignment.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Shard } from "../run/shard.ts";
import type { Cohort } from "../submission/read.ts";
import { count } from "../text/count.ts";
import { parseBudget } from "./budget.ts";
import { earlierWork } from "./earlier-work.ts";
import type { JoinedFleet } from "./join-fleet.ts";
import { type MarkFactsOptions, markFactsOptions } from "./mark-facts.ts";
import { colorsFor, print, printJsonFile, printRemark, textWidth } from "./output.ts";
import { ProgressLine } from "./progress-line.ts";
import { QUEUE_KEY } from "./queue-options.ts";
import { REPORT_OPTIONS } from "./report-options.ts";

interface GradeOptions extends MarkFactsOptions {
  readonly submissions: string | undefined;
  readonly roster: string | undefined;
  /** An option of all commands. */
  readonly tasks?: string;
  readonly out: string | undefined;
  readonly resume: string | undefined;
  readonly jobs: number;
  readonly seed: string | undefined;
  readonly "seed-file": string | undefined;
  readonly shard: string | undefined;
  readonly again: string | undefined;
  readonly fresh: boolean;
  readonly measure: boolean | undefined;
  readonly budget: string;
  readonly isolate: boolean;
  readonly locale: string | undefined;
  readonly against: string | undefined;
  readonly queue: string | undefined;
  readonly "queue-key": string;
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
      .option("seed-file", {
        type: "string",
        requiresArg: true,
        describe: "A file that contains the seed",
        conflicts: ["seed"],
      })
      .option("shard", {
        type: "string",
        requiresArg: true,
        describe: "Judge one part of the submissions, such as 3/8; `merge` joins the parts",
      })
      .option("again", {
        type: "string",
        requiresArg: true,
        describe: "Repeat the run in this folder, unless other options are given, and judge only what has changed",
        conflicts: ["seed", "seed-file", "resume"],
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
      .options(REPORT_OPTIONS)
      .option("queue", {
        type: "string",
        requiresArg: true,
        describe: "Have the workers of this Redis judge: redis://host:6379",
      })
      .option("queue-key", QUEUE_KEY)
      .option("json", { type: "boolean", default: false, describe: "Print the content of results.json" })
      .example("$0 grade", "Grade submissions/")
      .example("$0 grade week-3 --assignment week-3.yaml", "Grade for marks")
      .example("$0 grade --again reports/monday", "Grade changes since that run")
      .example(
        "$0 grade week-3 --assignment week-3.yaml --roster roster.csv",
        "With names and addresses for gradebooks",
      )
      .example("$0 grade week-3 --assignment week-3.yaml --received times.csv", "With rules for late submissions")
      .example("$0 grade --resume reports/2026-05-04T18-00-00", "Continue an interrupted run")
      .example("$0 grade week-3 --shard 3/8 --seed-file seed.txt", "The third of eight parts, on one of eight machines")
      .example("$0 grade week-3 --queue redis://lab-1:6379", "On all machines that run `kernelmark worker`"),
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
    const shard = await shardOf(options);
    const givenSeed = await seedFor(options);
    const folder = resolve(options.resume ?? options.out ?? join("reports", runName(new Date(), shard)));
    await refuseFrozen(folder);
    const earlier = await earlierWork(options.against, folder);
    // With the seed of an earlier run, there may be nothing to bundle.
    if (givenSeed === undefined && options.again === undefined) startBundler();
    const [{ inputs, cohort, assignment, expectedTasks, roster, facts, again, seed, remarks }, ownAdapter] =
      await Promise.all([
        gradeInputs({ ...options, seed: givenSeed }),
        options.queue === undefined ? findAdapter() : undefined,
      ]);
    if (options.isolate && ownAdapter) await (await import("../worker/isolation.ts")).requireIsolation(ownAdapter);
    await refuseOverlap(folder, inputs.submissions);

    const progress = new ProgressLine(process.stderr, options.json);
    const fleet = await joinFleet(options, progress);
    const adapter = fleet?.adapter ?? ownAdapter!;
    const stop = new AbortController();
    let signal: NodeJS.Signals = "SIGINT";
    const onInterrupt = (received: NodeJS.Signals) => {
      signal = received;
      stop.abort();
    };
    process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
    if (!options.json) printRemark(`Grading ${await amountOf(cohort, shard)} on ${adapter.description}.`);
    for (const remark of [...remarks, ...remarksOn(cohort)]) printRemark(remark);

    const { attemptLine, measuredLine, summary } = await import("../report/terminal/run-text.ts");
    const style = { colors: colorsFor(process.stdout), width: textWidth() };
    const remarkStyle = { ...style, colors: colorsFor(process.stderr) };
    const running = new Map<string, string>();
    const graded = await gradeRun(
      {
        ...{ inputs, cohort, assignment, expectedTasks, roster, facts, again, seed, shard },
        ...{ adapter, folder },
        isResumed: options.resume !== undefined,
        isFresh: options.fresh,
        jobs: options.jobs,
        elsewhere: fleet?.elsewhere,
        isIsolated: options.isolate,
        measuring: measuringFor(options.measure, assignment, budgetMs),
        signal: stop.signal,
      },
      {
        onStart: ({ candidate, task }) => {
          if (fleet !== undefined) return;
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
          fleet?.setLeft(total - done);
          if (!options.json) printRemark(attemptLine(attempt, done, total, remarkStyle));
        },
        onChanged: printRemark,
        onDamagedCache: (path) => printRemark(`${path} is damaged in part: its lost results are judged again.`),
        onWait: (owner) => printRemark(`Waiting for process ${owner}, which is measuring on this machine.`),
        onMeasuring: ({ candidate, task }, { about, shape = "" }) =>
          progress.show(`measuring ${candidate} ${task} ${shape}: ${about}`),
        onMeasured: (attempt: Attempt, done, total) => {
          progress.clear();
          fleet?.setLeft(total - done);
          if (!options.json) printRemark(measuredLine(attempt, done, total, remarkStyle));
        },
      },
    ).finally(() => fleet?.close());
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
    // A shard's marks and gradebooks would lack the other submissions.
    const files = results.shard === undefined ? await writeReports(run, folder) : [];
    if (results.shard !== undefined) printRemark(await afterShard(results.shard, folder));
    else if (!options.json) for (const remark of reportRemarks(run)) printRemark(remark);
    if (options.json) await printJsonFile(resultsPath(folder));
    else if (results.shard === undefined) {
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

/** The workers of a queue, if one is named. */
async function joinFleet(options: GradeOptions, progress: ProgressLine): Promise<JoinedFleet | undefined> {
  if (options.queue === undefined) return undefined;
  const { joinFleet } = await import("./join-fleet.ts");
  return joinFleet({ ...options, queue: options.queue }, progress);
}

/** @throws UserError if it is malformed, or has no seed to share with the other shards */
async function shardOf({
  shard,
  seed,
  "seed-file": seedFile,
  again,
  resume,
}: GradeOptions): Promise<Shard | undefined> {
  if (shard === undefined) return undefined;
  const [{ parseShard }, { UserError }] = await Promise.all([
    import("../run/shard.ts"),
    import("../text/user-error.ts"),
  ]);
  if ((seed ?? seedFile ?? again ?? resume) === undefined) {
    throw new UserError(
      "--shard has no seed: each shard would generate other inputs.",
      "Write one seed for all shards with `openssl rand -hex 16 > seed.txt`, and add --seed-file seed.txt.",
    );
  }
  return parseShard(shard);
}

/** `500 submissions`, or `61 of 500 submissions, shard 3 of 8,` */
async function amountOf({ submissions }: Cohort, shard: Shard | undefined): Promise<string> {
  const all = count(submissions.length, "submission");
  if (shard === undefined) return all;
  const { isInShard, shardText } = await import("../run/shard.ts");
  return `${submissions.filter((one) => isInShard(shard, one)).length} of ${all}, ${shardText(shard)},`;
}

async function afterShard(shard: Shard, folder: string): Promise<string> {
  const { shardText } = await import("../run/shard.ts");
  const [start, end] = [shardText(shard), `npx kernelmark merge <runs…> --out <run>`];
  return `This is ${start}, in ${folder}. Marks and reports follow once all shards are joined: ${end}`;
}

/**
 * The seed that the options name; undefined for a new one, or an earlier run's own.
 *
 * @throws UserError if there is no such file
 */
async function seedFor({ seed, "seed-file": seedFile }: GradeOptions): Promise<string | undefined> {
  if (seedFile === undefined) return seed;
  const { readSeedFile } = await import("../run/seed-file.ts");
  return readSeedFile(seedFile);
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
export function runName(date: Date, shard?: Shard): string {
  const time = date.toISOString().slice(0, 19).replaceAll(":", "-");
  // Shards on a shared disk may start in the same second.
  return shard === undefined ? time : `${time}-shard-${shard.index}-of-${shard.count}`;
}
