import type { CommandModule } from "yargs";
import type { HistoryEntry } from "../catalog/history.ts";
import type { Version } from "../catalog/versions.ts";
import { colorsFor, print, printJson, printRemark, textWidth } from "./output.ts";

interface HistoryOptions {
  readonly task: string | undefined;
  readonly all: boolean;
  readonly delete: boolean;
  readonly json: boolean;
}

/** `kernelmark history`: one's own checks and measurements. */
export const history: CommandModule<object, HistoryOptions> = {
  command: "history [task]",
  describe: "Show your checks and measurements, by task",
  builder: (yargs) =>
    yargs
      .positional("task", { type: "string", describe: "The task, such as softmax; all by default" })
      .option("all", { type: "boolean", default: false, describe: "Show all that is kept, not only the latest" })
      .option("delete", { type: "boolean", default: false, describe: "Delete the task's history and kept versions" })
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 history", "Show where you are with each task")
      .example("$0 history softmax", "Show your checks, measurements and accepted versions of a task")
      .example("$0 bench softmax.ts --against v2", "Compare with one of these versions"),
  async handler({ task, all, delete: isDeleted, json }) {
    const [{ taskNames, loadTask }, { readHistory, tasksWithHistory }, { readVersions }] = await Promise.all([
      import("../catalog/load.ts"),
      import("../catalog/history.ts"),
      import("../catalog/versions.ts"),
    ]);
    // Refuses a task that does not exist.
    if (task !== undefined) await loadTask(task);
    if (isDeleted) return deleteHistory(task, json);
    const names = task === undefined ? tasksWithHistory(taskNames()) : [task];
    const found = names.map((name) => ({ task: name, entries: readHistory(name), versions: readVersions(name) }));
    if (json) return printJson({ schema: 1, tasks: found.map(documentOf) });
    const { historyText, overviewText } = await import("../report/terminal/history-text.ts");
    const style = { colors: colorsFor(process.stdout), width: textWidth() };
    print(task === undefined ? overviewText(found, style) : historyText(found[0]!, all, style));
  },
};

function documentOf({ task, entries, versions }: TaskHistory) {
  return { task, entries, versions: versions.map(({ name, at, path }) => ({ name, at, path })) };
}

interface TaskHistory {
  readonly task: string;
  readonly entries: readonly HistoryEntry[];
  readonly versions: readonly Version[];
}

async function deleteHistory(task: string | undefined, json: boolean): Promise<void> {
  const [{ forgetHistory }, { forgetVersions }, { UserError }] = await Promise.all([
    import("../catalog/history.ts"),
    import("../catalog/versions.ts"),
    import("../text/user-error.ts"),
  ]);
  if (task === undefined) {
    throw new UserError("`history --delete` needs a task.", "Name it: kernelmark history softmax --delete");
  }
  const problem = (await forgetHistory(task)) ?? (await forgetVersions(task));
  if (problem !== undefined) throw new UserError(problem);
  if (json) printJson({ schema: 1, deleted: task });
  else printRemark(`Deleted the history and the kept versions of ${task}.`);
}
