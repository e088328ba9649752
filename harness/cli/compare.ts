import { resolve } from "node:path";
import type { CommandModule } from "yargs";
import { shownPath } from "../files/shown-path.ts";
import type { Results } from "../results/results.ts";
import { colorsFor, print, printJson, textWidth } from "./output.ts";

interface CompareOptions {
  readonly before: string;
  readonly after: string;
  readonly json: boolean;
}

/** `kernelmark compare`: the results that changed between two runs, and possible reasons. */
export const compare: CommandModule<object, CompareOptions> = {
  command: "compare <before> <after>",
  describe: "Show whose points and results changed between two runs, and why",
  builder: (yargs) =>
    yargs
      .positional("before", { type: "string", demandOption: true, describe: "The folder of the earlier run" })
      .positional("after", { type: "string", demandOption: true, describe: "The folder of the later run" })
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 compare reports/monday reports/tuesday", "After candidates resubmitted")
      .example("$0 compare reports/week-3 reports/lenient", "The effect of another assignment"),
  async handler({ before, after, json }) {
    const [{ readRun }, { compareRuns }] = await Promise.all([
      import("../report/read-run.ts"),
      import("../report/compare-runs.ts"),
    ]);
    const [a, b] = [await readRun(resolve(before)), await readRun(resolve(after))];
    const comparison = compareRuns(a, b);
    // A run's own name is that of its first folder, and copies share it.
    const [one, other] = [named(a, before), named(b, after)];
    if (json) {
      printJson({ schema: 1, before: one.run, after: other.run, ...comparison });
    } else {
      const { compareText } = await import("../report/terminal/compare-text.ts");
      print(
        compareText(comparison, one, other, { colors: colorsFor(process.stdout), width: Math.min(textWidth(), 80) }),
      );
    }
  },
};

function named(results: Results, folder: string): Results {
  return { ...results, run: shownPath(resolve(folder)) };
}
