import { join } from "node:path";
import type { CommandModule } from "yargs";
import { startedText, vscodeText } from "../report/terminal/started-text.ts";
import { placeInPath, type Track } from "../task/learning-path.ts";
import { UserError } from "../text/user-error.ts";
import { wrap } from "../text/wrap.ts";
import type { NextTask } from "./next-task.ts";
import { colorsFor, print, printJson, textWidth } from "./output.ts";

interface InitOptions {
  readonly task: string | undefined;
  /** A track; empty for the one last worked on. */
  readonly next: string | undefined;
  readonly name: string;
  readonly dir: string;
  readonly force: boolean;
  readonly vscode: boolean;
  readonly json: boolean;
  /** Of all commands. */
  readonly tasks?: string;
}

/** `kernelmark init`: a candidate's first files for a task. */
export const init: CommandModule<object, InitOptions> = {
  command: "init [task]",
  describe: "Write a starter submission for a task",
  builder: (yargs) =>
    yargs
      .positional("task", { type: "string", describe: "The task; `kernelmark tasks` lists them" })
      .option("next", {
        type: "string",
        describe: "Instead of a task: the next unsolved one of this track; without a name, of the track last worked on",
      })
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
      .option("vscode", {
        type: "boolean",
        default: false,
        describe: "Add tasks for check and bench to .vscode/tasks.json; alone, it writes no starter",
      })
      .option("json", { type: "boolean", default: false, describe: "Print one JSON document" })
      .example("$0 init softmax", "Write submissions/me/softmax.ts and softmax.wgsl")
      .example("$0 init softmax --name ada", "Write them to submissions/ada/")
      .example("$0 init --vscode", "Add tasks to VS Code, with errors in its Problems panel")
      .example("$0 init --next", "Start the next task of the learning path")
      .example('$0 init --next "first steps"', "Start the next task of a track"),
  async handler({ task: named, next: track, name, dir, force, vscode, json, tasks }) {
    const style = { colors: colorsFor(process.stdout), width: textWidth() };
    const editor = vscode ? await import("../submission/vscode-tasks.ts") : undefined;
    const vscodeTasks = await editor?.writeVsCodeTasks(".", tasks);
    if (vscodeTasks !== undefined && named === undefined && track === undefined) {
      if (json) printJson({ schema: 1, vscode: vscodeTasks });
      else print(vscodeText(vscodeTasks, style));
      return;
    }
    const [{ candidateNameProblem }, { writeStarter }, { loadPath }, { rememberTask }] = await Promise.all([
      import("../submission/file-name.ts"),
      import("../submission/write-starter.ts"),
      import("../catalog/load.ts"),
      import("../catalog/progress.ts"),
    ]);
    const { printable, shorten } = await import("../text/printable.ts");
    const problem = candidateNameProblem(name);
    if (problem !== undefined) {
      throw new UserError(`--name is "${shorten(printable(name), 60)}", which is not a valid folder name. ${problem}`);
    }
    const path = await loadPath();
    const { task, reason, nextTrack } = await chooseTask(path, named, track);
    if (task === undefined) {
      if (json) {
        printJson({ schema: 1, task: null, reason, nextTrack: nextTrack ?? null, candidate: name, files: [] });
      } else {
        const command = `\n\n  ${style.colors.cyan(`npx kernelmark init --next "${nextTrack}"`)}`;
        print(wrap(reason!, style.width) + (nextTrack === undefined ? "" : command));
      }
      return;
    }
    const written = await writeStarter(task, join(dir, name), force);
    await rememberTask(task, false);
    if (json) {
      printJson({
        schema: 1,
        task,
        reason,
        candidate: name,
        files: [...written.own, ...written.forEditors],
        ...(vscodeTasks && { vscode: vscodeTasks }),
      });
      return;
    }
    if (reason !== undefined) print(`${wrap(reason, style.width)}\n`);
    print(startedText({ task, place: placeInPath(path, task), written, tasks }, style));
    if (vscodeTasks !== undefined) print(`\n${vscodeText(vscodeTasks, style)}`);
  },
};

/** The named task, or the next one, with the reason. */
async function chooseTask(
  path: readonly Track[],
  task: string | undefined,
  track: string | undefined,
): Promise<NextTask> {
  if ((task === undefined) === (track === undefined)) {
    throw task === undefined
      ? new UserError("`init` needs a task, or --next.", "`kernelmark tasks` lists the tasks.")
      : new UserError("`init` takes a task or --next, but not both.", 'Quote a longer name: --next "first steps".');
  }
  if (track === undefined) return { task, reason: undefined };
  const { readProgress } = await import("../catalog/progress.ts");
  const { nextTask } = await import("./next-task.ts");
  return nextTask(path, readProgress(path.flatMap(({ tasks }) => tasks.map(({ name }) => name))), track);
}
