import { resolve } from "node:path";
import type { CommandModule } from "yargs";
import { makeFolder } from "../files/make-folder.ts";
import type { Report } from "../report/report.ts";
import type { Results } from "../results/results.ts";
import { earlierWork } from "./earlier-work.ts";
import { print, printJson, printRemark } from "./output.ts";

interface ReportOptions {
  readonly run: string;
  readonly format: readonly string[] | undefined;
  readonly only: string | undefined;
  readonly out: string | undefined;
  readonly assignment: string | undefined;
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
      .option("only", { type: "string", requiresArg: true, describe: "Write reports on this candidate only" })
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
      .option("roster", { type: "string", requiresArg: true, describe: "The roster.csv with the expected candidates" })
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
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 report reports/week-3", "Write all reports")
      .example("$0 report reports/week-3 --format canvas --roster roster.csv", "Write the import file for Canvas")
      .example("$0 report reports/week-3 --format similar --against ../2025", "Compare with an earlier cohort")
      .example("$0 report reports/week-3 --only alice --out alice", "Write the reports on one candidate")
      .example(
        "$0 report reports/week-3 --assignment lenient.yaml --out reports/lenient",
        "Mark with another assignment",
      ),
  async handler(options) {
    const [{ readRun }, { markRun }, { reportRemarks, writeReports }, { builtInRemarks }, { fileList }, { UserError }] =
      await Promise.all([
        import("../report/read-run.ts"),
        import("../report/mark-run.ts"),
        import("../report/write-reports.ts"),
        import("../report/built-in-text.ts"),
        import("../report/terminal/file-list.ts"),
        import("../text/user-error.ts"),
      ]);
    const [{ spreadsheetFormat }, { withBuiltInCode }] = await Promise.all([
      import("../report/tables/csv-text.ts"),
      import("../similarity/built-in-code.ts"),
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
    const read = await readRun(folder);
    // Looked for again in runs of earlier versions only: it takes seconds.
    const results = await rejudged(read.builtInCode === undefined ? await withBuiltInCode(read) : read, options);
    await refuseStranger(options.only, results);
    const earlier = await earlierWork(options.against, folder);
    const run = markRun(results, options.only, { spreadsheet, earlier });
    for (const report of options.format === undefined ? [] : chosen) {
      const problem = report.problem?.(run);
      if (problem !== undefined) throw problem;
    }
    await makeFolder(out).catch((error: NodeJS.ErrnoException) => {
      throw new UserError(`The folder ${out} cannot be created (${error.code}).`, "Choose another with --out.");
    });
    const files = await writeReports(run, out, chosen);
    const remarks = [
      ...(results.state === "stopped" ? ["The run was stopped early: some submissions are not graded."] : []),
      ...results.remarks,
      ...builtInRemarks(run.results),
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
async function chooseReports({ format, only }: ReportOptions, isRunFolder: boolean): Promise<readonly Report[]> {
  const [{ reports }, { UserError }, { didYouMean }] = await Promise.all([
    import("../report/write-reports.ts"),
    import("../text/user-error.ts"),
    import("../text/nearest-name.ts"),
  ]);
  const list = reports.map(({ name, about }) => `  ${name.padEnd(12)}${about}`).join("\n");
  const names = format?.flatMap((one) => one.split(",")).map((name) => name.trim());
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
  if (names === undefined) return reports.filter(may);
  const chosen = reports.filter(({ name }) => names.includes(name));
  const refused = chosen.find((one) => !may(one));
  if (refused === undefined) return chosen;
  throw new UserError(
    only === undefined
      ? "A run's results.json is never overwritten."
      : `The report \`${refused.name}\` on one candidate would replace the one on all candidates.`,
    "Name another folder with --out.",
  );
}

/** The run under another assignment or another roster, if given. */
async function rejudged(results: Results, { assignment, roster }: ReportOptions): Promise<Results> {
  if (assignment === undefined && roster === undefined) return results;
  const [{ readAssignment }, { readRoster }, { matchRoster }, { withMissing }, { taskNames }] = await Promise.all([
    import("../marks/read-assignment.ts"),
    import("../marks/roster-file.ts"),
    import("../marks/match-roster.ts"),
    import("../results/missing.ts"),
    import("../catalog/load.ts"),
  ]);
  let changed = results;
  if (assignment !== undefined) {
    changed = { ...changed, assignment: await readAssignment(assignment, taskNames()) };
  }
  if (roster !== undefined) {
    // Candidates known only from the earlier roster have submitted nothing.
    const earlier = new Set(results.roster.map(({ candidate }) => candidate));
    const tried = new Set(
      results.attempts.filter(({ verdict }) => verdict !== "missing").map(({ candidate }) => candidate),
    );
    const attempts = results.attempts.filter(({ candidate }) => tried.has(candidate) || !earlier.has(candidate));
    const matched = matchRoster(await readRoster(roster), [...new Set(attempts.map(({ candidate }) => candidate))]);
    changed = { ...changed, attempts, roster: matched.roster, remarks: [...results.remarks, ...matched.remarks] };
  }
  return changed.state === "finished" ? withMissing(changed) : changed;
}

async function refuseStranger(only: string | undefined, { attempts }: Results): Promise<void> {
  if (only === undefined) return;
  const [{ UserError }, { didYouMean }] = await Promise.all([
    import("../text/user-error.ts"),
    import("../text/nearest-name.ts"),
  ]);
  const names = [...new Set(attempts.map(({ candidate }) => candidate))];
  if (names.includes(only)) return;
  throw new UserError(
    `This run has no candidate "${only}".${didYouMean(only, names)}`,
    "Use the name of the candidate's folder.",
  );
}
