import { join } from "node:path";
import type { CommandModule } from "yargs";
import { print, printJson } from "./output.ts";

interface NewTaskOptions {
  readonly name: string;
  readonly like: string;
  readonly dir: string;
  readonly json: boolean;
}

const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** `kernelmark new-task`: the folder of a task that can be verified at once, to be changed into another. */
export const newTask: CommandModule<object, NewTaskOptions> = {
  command: "new-task <name>",
  describe: "Start a task of your own from a built-in one",
  builder: (yargs) =>
    yargs
      .positional("name", { type: "string", demandOption: true, describe: "The new task's name, such as my-rms-norm" })
      .option("like", {
        type: "string",
        requiresArg: true,
        default: "rms-norm",
        describe: "The built-in task to start from",
      })
      .option("dir", { type: "string", requiresArg: true, default: "tasks", describe: "The folder of your tasks" })
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 new-task my-rms-norm", "Write tasks/my-rms-norm/")
      .example("$0 new-task swish --like leaky-relu", "Start from an element-wise task"),
  async handler({ name, like, dir, json }) {
    const [{ taskNames }, { writeTask }, { UserError }] = await Promise.all([
      import("../catalog/load.ts"),
      import("../catalog/write-task.ts"),
      import("../text/user-error.ts"),
    ]);
    if (!KEBAB_CASE.test(name)) {
      throw new UserError(`"${name}" is not a task's name.`, "Use kebab-case, like row-softmax.");
    }
    if (taskNames().includes(name)) throw new UserError(`There is a task "${name}" already.`, "Choose another name.");
    const files = writeTask(name, like, dir);
    if (json) {
      printJson({ schema: 1, task: name, files });
      return;
    }
    print(`Wrote ${files.join("\n  and ")}

It computes ${like}. Change task.ts and plain.wgsl to your function, then
  npx kernelmark verify ${join(dir, name)}
      proves the task: run it after each change
  npx kernelmark init ${name} --tasks ${dir}
      writes a candidate's starter
  npx kernelmark grade --tasks ${dir}
      grades submissions for it`);
  },
};
