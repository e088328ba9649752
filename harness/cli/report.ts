import { resolve } from "node:path";
import type { CommandModule } from "yargs";
import { makeFolder } from "../files/make-folder.ts";
import type { Marks } from "../marks/marks.ts";
import type { Report } from "../report/report.ts";
import type { Results } from "../results/results.ts";
import { earlierWork } from "./earlier-work.ts";
import { type MarkFactsOptions, markFactsOptions } from "./mark-facts.ts";
import { print, printJson, printRemark } from "./output.ts";
import { REPORT_OPTIONS } from "./report-options.ts";

interface ReportOptions extends MarkFactsOptions {
  readonly run: string;
  readonly format: readonly string[] | undefined;
  readonly only: string | undefined;
  readonly leaderboard: boolean;
  readonly out: string | undefined;
  readonly roster: string | undefined;
  readonly locale: string | undefined;
  readonly against: string | undefined;
  readonly json: boolean;
}

/** `kernelmark report`: writes a run's reports again, from its `results.json`. */
export const report: CommandModule<object, ReportOptions> = {
  command: "report <run>",
  describe: "Write the reports of a run again, in any format",
  builder: (yargs) =>
    yargs
      .positional("run", { type: "string", demandOption: true, describe: "The run's folder, such as reports/week-3" })
      .option("format", {
        type: "string",
        array: true,
        requiresArg: true,
        describe: "Reports to write, such as canvas or junit,gradescope; all by default",
      })
      .option("only", {
        type: "string",
        requiresArg: true,
        describe: "Write reports on this candidate only, with nothing about others",
      })
      .option("leaderboard", {
        type: "boolean",
        default: false,
        describe: "Write leaderboard.html, ranks and speeds without names, to publish",
      })
      .option("out", {
        type: "string",
        requiresArg: true,
        describe: "The folder to write to; the run's folder by default",
      })
      .option("assignment", {
        type: "string",
        requiresArg: true,
        describe: "Mark the run again with this assignment.yaml (needs --out)",
      })
      .option("roster", {
        type: "string",
        requiresArg: true,
        describe: "Your roster.csv, or an export of Canvas, Moodle or GitHub Classroom",
      })
      .options(markFactsOptions("Hand-in times: a CSV file (candidate,received)"))
      .options(REPORT_OPTIONS)
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 report reports/week-3", "Write all reports")
      .example("$0 report reports/week-3 --format canvas --roster roster.csv", "Write the import file for Canvas")
      .example("$0 report reports/week-3 --adjustments adjustments.csv", "Record marks changed by hand")
      .example("$0 report reports/week-3 --leaderboard --out public", "Write a leaderboard to publish")
      .example("$0 report reports/week-3 --format similar --against ../2025", "Compare with an earlier cohort")
      .example("$0 report reports/week-3 --only alice --out alice", "Write the reports on one candidate")
      .example(
        "$0 report reports/week-3 --assignment lenient.yaml --out reports/lenient",
        "Mark with another assignment",
      ),
  async handler(options) {
    const [
      { refuseOverlap },
      { readRun },
      { markRun },
      { reportRemarks, writeReports },
      { spreadsheetFormat },
      { withBuiltInCode },
      { fileList },
      { refuseFrozen },
      { recallInputs },
      { UserError },
      { movedTo, rejudged },
    ] = await Promise.all([
      import("../files/overlap.ts"),
      import("../report/read-run.ts"),
      import("../report/mark-run.ts"),
      import("../report/write-reports.ts"),
      import("../report/tables/csv-text.ts"),
      import("../similarity/built-in-code.ts"),
      import("../report/terminal/file-list.ts"),
      import("../run/frozen-run.ts"),
      import("../run/run-inputs.ts"),
      import("../text/user-error.ts"),
      import("./rejudged.ts"),
    ]);
    const spreadsheet = spreadsheetFormat(options.locale);
    const folder = resolve(options.run);
    const out = resolve(options.out ?? folder);
    if (options.assignment !== undefined && out === folder) {
      throw new UserError(
        "Marks under another assignment would replace those of the run.",
        "Name another folder with --out; then `compare` shows the changes.",
      );
    }
    const chosen = await chooseReports(options, out === folder);
    await refuseFrozen(out);
    const read = await readRun(folder);
    // Looked for again in runs of earlier versions only: it takes seconds.
    const before = read.builtInCode === undefined ? await withBuiltInCode(read) : read;
    if (options.out !== undefined && before.inputs !== undefined) {
      await refuseOverlap(out, (await recallInputs(before.inputs, folder)).submissions);
    }
    const results = await movedTo(out, await rejudged(before, options), folder, options);
    const earlier = await earlierWork(options.against, folder);
    const run = markRun(results, options.only, { spreadsheet, earlier });
    await refuseStranger(options.only, run.everybody);
    for (const report of options.format === undefined ? [] : chosen) {
      const problem = report.problem?.(run);
      if (problem !== undefined) throw problem;
    }
    if (out === folder) await recordFacts(before, results, folder, options);
    await makeFolder(out).catch((error: NodeJS.ErrnoException) => {
      throw new UserError(`The folder ${out} cannot be created (${error.code}).`, "Choose another with --out.");
    });
    const files = await writeReports(run, out, chosen);
    const remarks = [
      ...(results.state === "stopped" ? ["The run was stopped early: some submissions are not graded."] : []),
      ...run.results.remarks,
      ...(options.only === undefined ? run.everybody.remarks : []),
      ...reportRemarks(run, chosen),
    ];
    if (options.json) printJson({ schema: 1, run: results.run, files, remarks });
    else {
      for (const remark of remarks) printRemark(remark);
      print(fileList(files, out).join("\n"));
    }
  },
};

/** The named reports; by default, all that may be written to the folder. */
async function chooseReports(
  { format, only, leaderboard }: ReportOptions,
  isRunFolder: boolean,
): Promise<readonly Report[]> {
  const [{ reports }, { UserError }, { didYouMean }] = await Promise.all([
    import("../report/write-reports.ts"),
    import("../text/user-error.ts"),
    import("../text/nearest-name.ts"),
  ]);
  const list = reports.map(({ name, about }) => `  ${name.padEnd(12)}${about}`).join("\n");
  const listed = format?.flatMap((one) => one.split(",")).map((name) => name.trim());
  const names = leaderboard ? [...(listed ?? []), "leaderboard"] : listed;
  for (const name of names ?? []) {
    if (reports.some((one) => one.name === name)) continue;
    const near = didYouMean(
      name,
      reports.map((one) => one.name),
    );
    throw new UserError(`There is no report "${name}".${near}`, `The reports are:\n${list}`);
  }
  // A run's results are the source of all other reports: nothing replaces them.
  const may = ({ name, isByCandidate }: Report) =>
    !isRunFolder || (name !== "json" && (only === undefined || isByCandidate));
  const isAbout = ({ comparesCandidates }: Report) => only === undefined || comparesCandidates !== true;
  if (names === undefined) return reports.filter((one) => may(one) && isAbout(one));
  const chosen = reports.filter(({ name }) => names.includes(name));
  const comparison = chosen.find((one) => !isAbout(one));
  if (comparison !== undefined) {
    throw new UserError(
      `The report \`${comparison.name}\` compares candidates, so there is none on one of them.`,
      "Omit --only, or the report.",
    );
  }
  const refused = chosen.find((one) => !may(one));
  if (refused === undefined) return chosen;
  throw new UserError(
    only === undefined
      ? "A run's results.json is never overwritten."
      : `The report \`${refused.name}\` on one candidate would replace the one on all candidates.`,
    "Name another folder with --out.",
  );
}

/**
 * Keeps the facts that the options name in `results.json`, so that every later report has them. The results themselves
 * stay as they are.
 */
async function recordFacts(before: Results, changed: Results, folder: string, options: ReportOptions): Promise<void> {
  const { received, extensions, adjustments } = options;
  if ([received, extensions, adjustments].every((option) => option === undefined)) return;
  const [{ factsOf }, { holdRunFolder }, { writeResults }] = await Promise.all([
    import("../results/mark-facts.ts"),
    import("../run/run-folder.ts"),
    import("../run/results-file.ts"),
  ]);
  const held = await holdRunFolder(folder, true);
  try {
    await writeResults({ ...before, ...factsOf(changed) }, folder);
  } finally {
    await held.release();
  }
}

async function refuseStranger(only: string | undefined, { candidates }: Marks): Promise<void> {
  if (only === undefined) return;
  const [{ UserError }, { didYouMean }] = await Promise.all([
    import("../text/user-error.ts"),
    import("../text/nearest-name.ts"),
  ]);
  const names = candidates.map(({ candidate }) => candidate);
  if (names.includes(only)) return;
  throw new UserError(
    `This run has no candidate "${only}".${didYouMean(only, names)}`,
    "Use the name of the candidate's folder.",
  );
}
