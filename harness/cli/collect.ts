import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CommandModule } from "yargs";
import { colorsFor, print, printJson, textWidth } from "./output.ts";

interface CollectOptions {
  readonly download: string;
  readonly into: string;
  readonly roster: string | undefined;
  readonly mapping: string | undefined;
  readonly replace: boolean;
  readonly "dry-run": boolean;
  readonly json: boolean;
}

/** `kernelmark collect`: from a platform's download to a folder for each candidate. */
export const collect: CommandModule<object, CollectOptions> = {
  command: "collect <download>",
  describe: "Sort a download of hand-ins into candidates' folders",
  builder: (yargs) =>
    yargs
      .positional("download", {
        type: "string",
        demandOption: true,
        describe: "A zip or folder from Canvas, Moodle, Gradescope or GitHub Classroom, or any folder of hand-ins",
      })
      .option("into", {
        type: "string",
        requiresArg: true,
        demandOption: true,
        describe: "The folder for the candidates' folders",
      })
      .option("roster", {
        type: "string",
        requiresArg: true,
        describe: "The roster.csv with the expected candidates",
      })
      .option("mapping", {
        type: "string",
        requiresArg: true,
        describe: "The collected.csv of an earlier run, after you have edited it",
      })
      .option("replace", {
        type: "boolean",
        default: false,
        describe: "Replace folders whose files differ from the download's",
      })
      .option("dry-run", { type: "boolean", default: false, describe: "Show the mapping, and write nothing" })
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 collect submissions.zip --into week-3", "Sort Canvas' or Moodle's download")
      .example("$0 collect export.zip --into week-3 --roster roster.csv --dry-run", "Show who maps to whom")
      .example("$0 collect export.zip --into week-3 --mapping week-3/collected.csv", "Apply your corrections")
      .epilogue("The exit code is 1 if a hand-in needs a person; see docs/collecting.md."),
  async handler({
    download: path,
    into,
    roster: rosterFile,
    mapping: mappingFile,
    replace,
    "dry-run": isDryRun,
    json,
  }) {
    const [
      { taskNames },
      { readRoster },
      { openDownload },
      { planCollection },
      { COLLECTED_FILE, readCollected },
      { copyCandidates, checkTarget },
      { formatCollected },
      { mappingText, copiedText },
      { writeAtomically },
      { refuseFrozen },
    ] = await Promise.all([
      import("../catalog/load.ts"),
      import("../marks/roster-file.ts"),
      import("../intake/download.ts"),
      import("../intake/collect.ts"),
      import("../intake/collected-file.ts"),
      import("../intake/copy.ts"),
      import("../report/tables/collected-csv.ts"),
      import("../report/terminal/collected-text.ts"),
      import("../files/atomic-file.ts"),
      import("../run/frozen-run.ts"),
    ]);
    await checkTarget(path, into);
    await refuseFrozen(into);
    const roster = rosterFile === undefined ? [] : await readRoster(rosterFile);
    const mapping = mappingFile === undefined ? [] : await readCollected(mappingFile);
    const download = await openDownload(path);
    try {
      const plan = await planCollection(download.root, { taskNames: taskNames(), roster, mapping });
      const unclear = new Set(plan.entries.filter(({ status }) => status === "unclear").map(({ from }) => from)).size;
      const style = { colors: colorsFor(process.stdout), width: textWidth() };
      if (!json) print(mappingText(plan, style));
      const text = formatCollected(plan.entries);
      const file = join(into, COLLECTED_FILE);
      const document = {
        schema: 1,
        layout: plan.layout,
        entries: plan.entries,
        absent: plan.absent,
        remarks: plan.remarks,
      };
      if (isDryRun) {
        if (json) printJson({ ...document, copied: null });
        else print("\nNothing was written.");
      } else {
        if (mappingFile === undefined) await refuseOtherMapping(file, text);
        const outcome = await copyCandidates(plan.copies, into, replace);
        await writeAtomically(file, text);
        if (json) printJson({ ...document, copied: outcome });
        else print(`\n${copiedText(outcome, { into, file, unclear }, style)}`);
      }
      if (unclear > 0) process.exitCode = 1;
    } finally {
      await download.close();
    }
  },
};

/** A person may have edited it. */
async function refuseOtherMapping(file: string, text: string): Promise<void> {
  const present = await readFile(file, "utf8").catch(() => undefined);
  if (present === undefined || present === text) return;
  const [{ UserError }, { printable }] = await Promise.all([
    import("../text/user-error.ts"),
    import("../text/printable.ts"),
  ]);
  throw new UserError(
    `\`${printable(file)}\` exists already, and differs from the mapping of this download. Nothing was copied.`,
    `Use it with --mapping ${printable(file)}, delete it, or choose another folder with --into.`,
  );
}
