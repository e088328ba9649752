import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Adds the tasks of the folder that `--tasks`, the assignment or the run to resume or repeat names, before a command runs. `ci` reads that folder from
 * the base branch instead: a pull request may not supply code that runs here.
 */
export async function addOwnTasks(args: Readonly<Record<string, unknown>>): Promise<void> {
  const { tasks, assignment, resume, again } = args;
  const [command] = args._ as readonly unknown[];
  if (command === "ci") return;
  if (typeof tasks === "string") await add(tasks, "--tasks");
  else if (typeof assignment === "string") {
    const { taskFolderIn } = await import("../marks/read-assignment.ts");
    const folder = taskFolderIn(await readFile(assignment, "utf8").catch(() => ""));
    if (folder !== undefined) await add(resolve(dirname(assignment), folder), `${assignment}: taskFolder`);
  } else if (command === "grade" && typeof (resume ?? again) === "string") {
    const { taskFolderOf } = await import("./grade-inputs.ts");
    const run = String(resume ?? again);
    const folder = await taskFolderOf(run);
    if (folder !== undefined) await add(folder, `the run in ${run}`);
  }
}

async function add(folder: string, place: string): Promise<void> {
  const { addTaskFolder } = await import("../catalog/load.ts");
  await addTaskFolder(folder, place);
}
