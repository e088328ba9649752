import { basename, resolve } from "node:path";
import type { CommandModule } from "yargs";
import { colorsFor, print, printJson, printRemark, textWidth } from "./output.ts";

interface MergeOptions {
  readonly runs: readonly string[];
  readonly out: string;
  readonly json: boolean;
}

/** `kernelmark merge`: joins the shards of a run into one, with its marks and reports. */
export const merge: CommandModule<object, MergeOptions> = {
  command: "merge <runs..>",
  describe: "Join the shards of a run",
  builder: (yargs) =>
    yargs
      // Otherwise yargs takes several runs for one repeated argument, and keeps the last.
      .parserConfiguration({ "duplicate-arguments-array": true })
      .positional("runs", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "The folders that `grade --shard` wrote, in any order",
      })
      .option("out", {
        type: "string",
        requiresArg: true,
        demandOption: true,
        describe: "The folder of the whole run",
        coerce: (given: string | readonly string[]) => [given].flat().at(-1)!,
      })
      .option("json", { type: "boolean", default: false, describe: "Print the content of results.json" })
      .example("$0 merge reports/shard-* --out reports/week-3", "Join all shards of a run"),
  async handler(options) {
    const [{ mergeRuns, readShard, writeMerged }, { shardText }, { markRun }, { writeReports }] = await Promise.all([
      import("../run/merge-runs.ts"),
      import("../run/shard.ts"),
      import("../report/mark-run.ts"),
      import("../report/write-reports.ts"),
    ]);
    const folder = resolve(options.out);
    const merged = mergeRuns(await Promise.all(options.runs.map(readShard)));
    const results = await writeMerged(merged, basename(folder), folder);
    const run = markRun(results);
    const files = await writeReports(run, folder);
    if (options.json) printJson(results);
    else {
      const [{ summary }, { fileList }] = await Promise.all([
        import("../report/terminal/run-text.ts"),
        import("../report/terminal/file-list.ts"),
      ]);
      const style = { colors: colorsFor(process.stdout), width: textWidth() };
      print(summary(results, run.marks, fileList(files, folder), style));
    }
    if (results.state === "finished") {
      if (results.attempts.some(({ verdict }) => verdict === "harness-error")) process.exitCode = 3;
      return;
    }
    for (const shard of merged.missing) printRemark(`Missing: ${shardText(shard)}.`);
    for (const unfinished of merged.unfinished) printRemark(`Not finished: ${unfinished}.`);
    printRemark(`Judge the submissions that are missing: npx kernelmark grade <submissions> --resume ${options.out}`);
    process.exitCode = 1;
  },
};
