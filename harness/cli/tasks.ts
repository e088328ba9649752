import type { Argv, CommandModule } from "yargs";
import type { Task } from "../task/task.ts";
import { UserError } from "../text/user-error.ts";
import type { TaskFilter } from "./list-tasks.ts";
import { colorsFor, print, printJson, printRemark, textWidth } from "./output.ts";

interface TasksArguments extends TaskFilter {
  readonly task?: string | undefined;
  readonly check: boolean;
  readonly json: boolean;
}

export const tasks: CommandModule<object, TasksArguments> = {
  command: "tasks [task]",
  describe: "List the tasks as a learning path, or explain one of them",
  builder: (yargs) =>
    (yargs as Argv<TasksArguments>)
      .positional("task", { type: "string", describe: "The task to explain" })
      .option("level", { type: "number", requiresArg: true, describe: "List tasks of a level, from 1 to 5" })
      .option("topic", {
        type: "string",
        requiresArg: true,
        describe: "List tasks of a track, or those that a word describes",
      })
      .option("question", { type: "number", requiresArg: true, describe: "List tasks for an interview question" })
      .option("check", {
        type: "boolean",
        default: false,
        describe: "Check that specs, data, oracles and golden files are consistent",
      })
      .example("$0 tasks", "List all tasks, and mark those that you have solved")
      .example("$0 tasks --topic losses --level 2", "List the easier losses")
      .example("$0 tasks --question 31", "List the tasks for interview question 31")
      .example("$0 tasks softmax", "Explain softmax: formula, tensors, shapes")
      .example("$0 tasks softmax --json", "Print the same as JSON")
      .example("$0 tasks --check", "Check all tasks, for task authors"),
  handler: async ({ task: name, check, json, level, topic, question }) => {
    const filter = { level, topic, question };
    const isFiltered = Object.values(filter).some((value) => value !== undefined);
    if (isFiltered && (check || name !== undefined)) {
      throw new UserError("--level, --topic and --question choose tasks of the list.", "Omit them.");
    }
    const { whole, faults } = await loadWhole(name);
    // An unfinished task must not hide the others.
    if (name === undefined || check) {
      for (const fault of faults) printRemark(fault);
      if (faults.length > 0) process.exitCode = 2;
    } else if (faults.length > 0) {
      throw new UserError(faults.join("\n"));
    }
    if (check) await checkTasks(whole, json);
    else if (name === undefined) await showList(whole, filter, json);
    else await showTask(whole[0]!, json);
  },
};

/** Loads one task, or all, and finds the faults of incomplete ones. */
async function loadWhole(name: string | undefined): Promise<{ whole: readonly Task[]; faults: readonly string[] }> {
  const { loadSound, loadTask } = await import("../catalog/load.ts");
  const { specFaults } = await import("../task/consistency.ts");
  if (name !== undefined) {
    const task = await loadTask(name);
    return { whole: [task], faults: specFaults(task) };
  }
  const { tasks, problems } = await loadSound();
  return { whole: tasks, faults: [...problems, ...tasks.flatMap(specFaults)] };
}

async function showList(all: readonly Task[], filter: TaskFilter, json: boolean): Promise<void> {
  const { filterPath, listTasks, taskListDocument } = await import("./list-tasks.ts");
  const { learningPath } = await import("../task/learning-path.ts");
  const { readProgress } = await import("../catalog/progress.ts");
  const path = learningPath(all.map(({ spec }) => spec));
  const shown = filterPath(path, filter);
  const progress = readProgress(all.map(({ spec }) => spec.name));
  if (json) printJson(taskListDocument(path, shown, progress));
  else print(listTasks(shown, progress, filter, { colors: colorsFor(process.stdout), width: textWidth() }));
}

async function showTask(task: Task, json: boolean): Promise<void> {
  const { describeTask, taskDocument } = await import("./describe-task.ts");
  const { loadPath } = await import("../catalog/load.ts");
  const { placeInPath } = await import("../task/learning-path.ts");
  const place = placeInPath(await loadPath(), task.spec.name);
  if (json) printJson(taskDocument(task, place));
  else print(describeTask(task, place, { colors: colorsFor(process.stdout), width: textWidth() }));
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
