import type { Argv, CommandModule } from "yargs";
import { colorsFor, print, printJson, printRemark, textWidth } from "./output.ts";

interface TasksArguments {
  readonly task?: string | undefined;
  readonly json: boolean;
}

export const tasks: CommandModule<object, TasksArguments> = {
  command: "tasks [task]",
  describe: "List the tasks, or explain one of them",
  builder: (yargs) =>
    (yargs as Argv<TasksArguments>)
      .positional("task", { type: "string", describe: "Name of the task to explain" })
      .example("$0 tasks", "list all tasks")
      .example("$0 tasks softmax", "what softmax computes, on which tensors and shapes")
      .example("$0 tasks softmax --json", "the same for a program"),
  handler: async ({ task: name, json }) => {
    const { loadTask, taskNames } = await import("../task/load.ts");
    const { describeTask, listTasks, taskDocument, taskListDocument } = await import("./describe-task.ts");
    const colors = colorsFor(process.stdout);
    if (name === undefined) {
      const loaded = await Promise.allSettled(taskNames().map(loadTask));
      const all = loaded.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      // A task that somebody is writing must not hide the others.
      for (const one of loaded) if (one.status === "rejected") printRemark((one.reason as Error).message);
      if (json) printJson(taskListDocument(all));
      else print(listTasks(all, colors, textWidth()));
    } else {
      const task = await loadTask(name);
      if (json) printJson(taskDocument(task));
      else print(describeTask(task, colors, textWidth()));
    }
  },
};
