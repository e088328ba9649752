import { resolve } from "node:path";
import type { CommandModule } from "yargs";
import { colorsFor, print, printJson, printRemark, textWidth } from "./output.ts";

interface FreezeOptions {
  readonly run: string;
  readonly check: boolean;
  readonly json: boolean;
}

/** `kernelmark freeze`: fixes a run's files, or shows which have changed since. */
export const freeze: CommandModule<object, FreezeOptions> = {
  command: "freeze <run>",
  describe: "Fix the files of a run by their checksums, so that nothing writes to it again",
  builder: (yargs) =>
    yargs
      .positional("run", { type: "string", demandOption: true, describe: "The run's folder, such as reports/week-3" })
      .option("check", {
        type: "boolean",
        default: false,
        describe: "Show which files have changed since it was frozen",
      })
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 freeze reports/week-3", "When its marks are handed out")
      .example("$0 freeze reports/week-3 --check", "When a mark is questioned")
      .epilogue("`sha256sum -c SHA256SUMS` in the run's folder checks it too. Deleting SHA256SUMS unfreezes the run."),
  async handler({ run, check, json }) {
    const style = { colors: colorsFor(process.stdout), width: textWidth() };
    const { frozenStateText, frozenText } = await import("../report/terminal/frozen-text.ts");
    const folder = resolve(run);
    if (check) {
      const { checkFrozen } = await import("../run/frozen-run.ts");
      const state = await checkFrozen(folder);
      if (state.changed.length + state.deleted.length + state.added.length > 0) process.exitCode = 1;
      if (json) printJson({ schema: 1, run, ...state });
      else print(frozenStateText(run, state, style));
      return;
    }
    const [{ readRun }, { freezeRun }] = await Promise.all([
      import("../report/read-run.ts"),
      import("../run/freeze-run.ts"),
    ]);
    const { state } = await readRun(folder);
    const frozen = await freezeRun(folder);
    if (json) printJson({ schema: 1, run, ...frozen });
    else print(frozenText(run, frozen, style));
    if (state === "stopped") printRemark("The run was stopped early: some submissions are not graded.");
  },
};
