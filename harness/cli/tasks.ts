import type { Argv, CommandModule } from "yargs";
import type { Task } from "../task/task.ts";
import { UserError } from "../text/user-error.ts";
import { colorsFor, print, printJson, printRemark, textWidth } from "./output.ts";

interface TasksArguments {
  readonly task?: string | undefined;
  readonly check: boolean;
  readonly json: boolean;
}

export const tasks: CommandModule<object, TasksArguments> = {
  command: "tasks [task]",
  describe: "List the tasks, or explain one of them",
  builder: (yargs) =>
    (yargs as Argv<TasksArguments>)
      .positional("task", { type: "string", describe: "The task to explain" })
      .option("check", {
        type: "boolean",
        default: false,
        describe: "Check that specs, data, oracles and golden files are consistent",
      })
      .example("$0 tasks", "List all tasks")
      .example("$0 tasks softmax", "Explain softmax: formula, tensors, shapes")
      .example("$0 tasks softmax --json", "Print the same as JSON")
      .example("$0 tasks --check", "Check all tasks, for task authors"),
  handler: async ({ task: name, check, json }) => {
    const { describeTask, listTasks, taskDocument, taskListDocument } = await import("./describe-task.ts");
    const colors = colorsFor(process.stdout);
    const { whole, faults } = await loadWhole(name);
    // An unfinished task must not hide the others.
    if (name === undefined || check) {
      for (const fault of faults) printRemark(fault);
      if (faults.length > 0) process.exitCode = 2;
    } else if (faults.length > 0) {
      throw new UserError(faults.join("\n"));
    }
    if (check) {
      await checkTasks(whole, json);
    } else if (name === undefined) {
      if (json) printJson(taskListDocument(whole));
      else print(listTasks(whole, colors, textWidth()));
    } else {
      if (json) printJson(taskDocument(whole[0]!));
      else print(describeTask(whole[0]!, colors, textWidth()));
    }
  },
};

/** Loads one task, or all, and finds the faults of incomplete ones. */
async function loadWhole(name: string | undefined): Promise<{ whole: readonly Task[]; faults: readonly string[] }> {
  const { loadTask, taskNames } = await import("../catalog/load.ts");
  const { specFaults } = await import("../task/consistency.ts");
  if (name !== undefined) {
    const task = await loadTask(name);
    return { whole: [task], faults: specFaults(task) };
  }
  const loaded = await Promise.allSettled(taskNames().map(loadTask));
  const tasks = loaded.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const refused = loaded.flatMap((one) => (one.status === "rejected" ? [(one.reason as Error).message] : []));
  return { whole: tasks, faults: [...refused, ...tasks.flatMap(specFaults)] };
}

/** Generates and evaluates every case of the tasks, and compares the oracles with the golden files. */
async function checkTasks(chosen: readonly Task[], json: boolean): Promise<void> {
  const { inconsistencies } = await import("../task/consistency.ts");
  const { goldenFaults, goldenFolders } = await import("./golden-files.ts");
  const ofGolden = await Promise.all(goldenFolders().map((folder) => goldenFaults(folder)));
  const faults = [...chosen.flatMap((task) => inconsistencies(task)), ...ofGolden.flat()];
  if (json) printJson({ schema: 1, faults });
  else print(faults.length === 0 ? "All tasks are complete and consistent." : faults.join("\n"));
  if (faults.length > 0) process.exitCode = 1;
}
