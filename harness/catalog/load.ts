import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { codeRoot, packageRoot, runsFromDist } from "../files/package-root.ts";
import { shownPath } from "../files/shown-path.ts";
import { learningPath, type Track } from "../task/learning-path.ts";
import type { Task } from "../task/task.ts";
import { didYouMean } from "../text/nearest-name.ts";
import { UserError } from "../text/user-error.ts";
import { type AddedTask, addedTasks, addTasks, importAddedTask } from "./added-tasks.ts";
import parts from "./parts.json" with { type: "json" };

/** The names of all tasks, in alphabetical order: the folders `kernels/<family>/<task>/`, and added tasks. */
export function taskNames(): string[] {
  return [...allFolders().keys()].sort();
}

/**
 * Adds the tasks of an instructor's folder to the built-in ones, for this process and those that it starts.
 *
 * @param place where the folder is named, for errors
 */
export async function addTaskFolder(folder: string, place: string): Promise<void> {
  await addTasks(folder, place, [...findTaskFolders(kernelsFolder()).keys()]);
}

/** The folder with a task's source. */
export function taskFolder(name: string): string {
  const folders = allFolders();
  const folder = folders.get(name);
  if (folder) return folder;
  const names = [...folders.keys()];
  throw new UserError(
    `There is no task "${name}".${didYouMean(name, names)}`,
    names.length > 0 ? `The tasks are: ${names.join(", ")}.` : `${kernelsFolder()} contains no task.`,
  );
}

/** Imports one task. */
export async function loadTask(name: string): Promise<Task> {
  const added = addedTasks().find((task) => task.name === name);
  if (added !== undefined) return loadAddedTask(added);
  const folder = taskFolder(name);
  const path = `kernels/${basename(dirname(folder))}/${name}`;
  const lacking = lackingParts(folder);
  if (lacking.length > 0) {
    throw new UserError(
      `The task "${name}" is incomplete: ${path} lacks ${lacking.join(", ")}.`,
      "Add the missing files, with a complete task as an example.",
    );
  }
  const module = await import(
    /* @vite-ignore */ pathToFileURL(join(codeRoot(), path, runsFromDist() ? "task.js" : "task.ts")).href
  );
  return checkedTask(module.default, name, path);
}

async function loadAddedTask(added: AddedTask): Promise<Task> {
  const module = shownPath(join(added.folder, "task.ts"));
  const task = (await importAddedTask(added)) as Task | undefined;
  if (task?.spec === undefined) {
    throw new UserError(`${module} exports no task.`, "Start it with: export default composeTask({ … })");
  }
  if (task.spec.name === added.name) return task;
  throw new UserError(
    `${module}: the task is named "${task.spec.name}", its folder "${added.name}".`,
    "Give both the same name.",
  );
}

/** Imports all tasks, in the order of `taskNames()`. */
export function loadTasks(): Promise<Task[]> {
  return Promise.all(taskNames().map(loadTask));
}

/** Imports all tasks that can be imported, in the order of `taskNames()`, and finds out why the others cannot. */
export async function loadSound(): Promise<{ tasks: readonly Task[]; problems: readonly string[] }> {
  const loaded = await Promise.allSettled(taskNames().map(loadTask));
  return {
    tasks: loaded.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])),
    problems: loaded.flatMap((one) => (one.status === "rejected" ? [(one.reason as Error).message] : [])),
  };
}

/** The learning path through all tasks that can be imported. */
export async function loadPath(): Promise<Track[]> {
  const { tasks } = await loadSound();
  return learningPath(tasks.map(({ spec }) => spec));
}

/** The required files that a task's folder lacks. */
export function lackingParts(folder: string): string[] {
  return parts.filter((part) => !existsSync(join(folder, part)));
}

function allFolders(): Map<string, string> {
  const added = addedTasks().map(({ name, folder }): [string, string] => [name, folder]);
  return new Map([...findTaskFolders(kernelsFolder()), ...added]);
}

/** The folders of tasks by name. Empty folders, which other branches leave behind, are not tasks. */
export function findTaskFolders(kernels: string): Map<string, string> {
  const folders = new Map<string, string>();
  for (const family of subfolders(kernels)) {
    for (const folder of subfolders(family)) {
      const name = basename(folder);
      if (readdirSync(folder).length === 0) continue;
      const other = folders.get(name);
      if (other) {
        throw new UserError(
          `Two tasks are named "${name}": ${other} and ${folder}.`,
          "Rename one of the folders: submissions are identified by the task's name.",
        );
      }
      folders.set(name, folder);
    }
  }
  return new Map([...folders].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The source, also next to `dist/`: only it has all required files. */
function kernelsFolder(): string {
  return join(packageRoot(), "kernels");
}

function subfolders(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
}

function checkedTask(task: Task | undefined, name: string, path: string): Task {
  if (task?.spec === undefined) {
    throw new UserError(`${path}/task.ts exports no task.`, "End it with: export default composeTask({ … })");
  }
  if (task.spec.name !== name || task.spec.family !== basename(dirname(path))) {
    throw new UserError(
      `The spec in ${path} names the task "${task.spec.name}" of the family "${task.spec.family}".`,
      "Give the folders and the spec the same names.",
    );
  }
  return task;
}
