import type { CommandModule } from "yargs";
import { print, printJson, textWidth } from "./output.ts";

interface HintOptions {
  readonly task: string;
  readonly all: boolean;
  readonly again: boolean;
  readonly json: boolean;
}

/** `kernelmark hint`: a task's next hint, one at a time. */
export const hint: CommandModule<object, HintOptions> = {
  command: "hint <task>",
  describe: "Show the next hint for a task",
  builder: (yargs) =>
    yargs
      .positional("task", { type: "string", demandOption: true, describe: "The task, such as softmax" })
      .option("all", { type: "boolean", default: false, describe: "Show all hints" })
      .option("again", { type: "boolean", default: false, describe: "Start again with the first hint" })
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 hint softmax", "Show the first hint, the next time the second")
      .example("$0 hint softmax --all", "Show all of them"),
  async handler({ task: name, all, again, json }) {
    const [{ loadTask }, { rememberHints, seenHints }, { wrap }, { printRemark }] = await Promise.all([
      import("../catalog/load.ts"),
      import("../catalog/progress.ts"),
      import("../text/wrap.ts"),
      import("./output.ts"),
    ]);
    const { hints } = (await loadTask(name)).spec;
    const seen = again ? 0 : seenHints(name);
    // The last hint stays.
    const last = all ? hints.length : Math.min(seen + 1, hints.length);
    const shown = hints.map((text, index) => ({ number: index + 1, text })).slice(all ? 0 : last - 1, last);
    if (json) {
      printJson({ schema: 1, task: name, count: hints.length, hints: shown });
    } else {
      const lines = shown.map(({ number, text }) => wrap(text, textWidth(), `${number} of ${hints.length}: `));
      const left = hints.length - last;
      const rest =
        left > 0
          ? `${left} more: run this again after you have tried it.`
          : `That was the last: \`kernelmark tasks ${name}\` explains the task.`;
      print([...lines, "", wrap(rest, textWidth())].join("\n"));
    }
    const problem = await rememberHints(name, last);
    if (problem !== undefined) {
      printRemark(`Warning: the next \`hint\` will show the same. ${problem}`);
    }
  },
};
