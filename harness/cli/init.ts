import { join } from "node:path";
import type { CommandModule } from "yargs";
import { colorsFor, print, printJson, textWidth } from "./output.ts";

interface InitOptions {
  readonly task: string;
  readonly name: string;
  readonly dir: string;
  readonly force: boolean;
  readonly json: boolean;
  /** Of all commands. */
  readonly tasks?: string;
}

/** `kernelmark init`: a candidate's first files for a task. */
export const init: CommandModule<object, InitOptions> = {
  command: "init <task>",
  describe: "Write a starter submission for a task",
  builder: (yargs) =>
    yargs
      .positional("task", { type: "string", demandOption: true, describe: "The task; `kernelmark tasks` lists them" })
      .option("name", {
        type: "string",
        requiresArg: true,
        default: "me",
        describe: "The candidate, which is the name of the folder",
      })
      .option("dir", {
        type: "string",
        requiresArg: true,
        default: "submissions",
        describe: "The folder of the candidates' folders",
      })
      .option("force", { type: "boolean", default: false, describe: "Overwrite existing files" })
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 init softmax", "Write submissions/me/softmax.ts and softmax.wgsl")
      .example("$0 init softmax --name ada", "Write them to submissions/ada/"),
  async handler({ task, name, dir, force, json, tasks }) {
    const [{ candidateNameProblem }, { writeStarter }, { UserError }] = await Promise.all([
      import("../submission/file-name.ts"),
      import("../submission/write-starter.ts"),
      import("../text/user-error.ts"),
    ]);
    const { printable, shorten } = await import("../text/printable.ts");
    const problem = candidateNameProblem(name);
    if (problem !== undefined) {
      throw new UserError(`--name is "${shorten(printable(name), 60)}", which is not a valid folder name. ${problem}`);
    }
    const folder = join(dir, name);
    const written = await writeStarter(task, folder, force);
    if (json) {
      printJson({ schema: 1, task, candidate: name, files: [...written.own, ...written.forEditors] });
      return;
    }
    const { startedText } = await import("../report/terminal/started-text.ts");
    print(startedText(task, written, { colors: colorsFor(process.stdout), width: textWidth() }, tasks));
  },
};
