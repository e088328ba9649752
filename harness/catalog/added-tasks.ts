import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildFailure, Message, Plugin } from "esbuild";
import { packageRoot } from "../files/package-root.ts";
import { shownPath } from "../files/shown-path.ts";
import { makeTemporaryFolder } from "../files/temporary-folder.ts";
import type { Task } from "../task/task.ts";
import { UserError } from "../text/user-error.ts";

/** A task outside of this package, with the script that its module was bundled to. */
export interface AddedTask {
  readonly name: string;
  /** Its source. */
  readonly folder: string;
  readonly script: string;
}

/** Names the folder of the bundled tasks to the processes that this one starts. */
const VARIABLE = "KERNELMARK_ADDED_TASKS";
const LIST = "tasks.json";
const PROBLEMS_SHOWN = 5;

/** The folder of the bundled tasks, which processes that load tasks must be able to read. */
export function addedTasksFolder(): string | undefined {
  return process.env[VARIABLE];
}

/** What a process needs in its environment to load added tasks. */
export function addedTasksEnvironment(): Record<string, string> {
  const folder = addedTasksFolder();
  return folder === undefined ? {} : { [VARIABLE]: folder };
}

/** The tasks that `addTasks` added, here or in the process that started this one. */
export function addedTasks(): readonly AddedTask[] {
  const folder = addedTasksFolder();
  return folder === undefined ? [] : JSON.parse(readFileSync(join(folder, LIST), "utf8"));
}

/**
 * Adds the tasks of a folder to those of the catalog, for this process and those that it starts. Each module is bundled
 * into one script, so that it may be TypeScript and import WGSL.
 *
 * @param place where the folder is named, for errors
 * @param builtIn the names that are taken
 * @throws UserError if there is no task, a name is taken, or a module cannot be bundled
 */
export async function addTasks(folder: string, place: string, builtIn: readonly string[]): Promise<void> {
  const found = findTasks(resolve(folder), `${place}: `);
  for (const task of found) refuseTakenName(task, builtIn, found);
  const bundles = makeTemporaryFolder();
  const tasks = await Promise.all(
    found.map(async (source) => {
      const script = join(bundles, `${basename(source)}.js`);
      await bundleTask(join(source, "task.ts"), script);
      return { name: basename(source), folder: source, script };
    }),
  );
  writeFileSync(join(bundles, LIST), JSON.stringify(tasks));
  removeAdded();
  process.off("exit", removeAdded).once("exit", removeAdded);
  process.env[VARIABLE] = bundles;
}

function removeAdded(): void {
  const bundles = addedTasksFolder();
  if (bundles !== undefined) rmSync(bundles, { recursive: true, force: true });
}

/** `folder` itself, or the folders in it or one level below that hold a `task.ts`. */
function findTasks(folder: string, place: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UserError(`${place}there is no folder ${shownPath(folder)}.`, "Check the path.");
  }
  const levels = [[folder], subfolders(folder), subfolders(folder).flatMap(subfolders)];
  const found = levels.flat().filter((one) => existsSync(join(one, "task.ts")));
  if (found.length > 0) return found;
  throw new UserError(
    `${place}${shownPath(folder)} contains no task.`,
    "A task is a folder with a task.ts: `kernelmark new-task <name>` writes one.",
  );
}

function subfolders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "node_modules" && !entry.name.startsWith("."))
    .map(({ name }) => join(folder, name));
}

function refuseTakenName(folder: string, builtIn: readonly string[], found: readonly string[]): void {
  const name = basename(folder);
  const other = found.find((one) => one !== folder && basename(one) === name);
  if (!builtIn.includes(name) && other === undefined) return;
  throw new UserError(
    other === undefined
      ? `${shownPath(join(folder, "task.ts"))}: Kernelmark has a task "${name}" already.`
      : `Two tasks are named "${name}": ${shownPath(other)} and ${shownPath(folder)}.`,
    "Rename the folder and the task's `name`.",
  );
}

async function bundleTask(module: string, script: string): Promise<void> {
  const { build } = await import("esbuild");
  try {
    await build({
      entryPoints: [module],
      outfile: script,
      // Paths in the script are relative to it: the same source gives the same script.
      absWorkingDir: dirname(module),
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20",
      loader: { ".wgsl": "text" },
      sourcemap: "linked",
      plugins: [authoringApi],
      tsconfigRaw: "{}",
      logLevel: "silent",
    });
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>;
    if (errors === undefined) throw error;
    const folder = dirname(module);
    throw new UserError(
      errors
        .slice(0, PROBLEMS_SHOWN)
        .map((one) => problemText(one, folder))
        .join("\n"),
      `Fix the module of the task "${basename(folder)}".`,
    );
  }
}

/** The package's own code is imported from where it is: bundled, a task would have operations of its own. */
const authoringApi: Plugin = {
  name: "authoring-api",
  setup({ onResolve }) {
    onResolve({ filter: /^kernelmark\/task$/ }, () => ({
      path: pathToFileURL(join(packageRoot(), "dist/harness/task/authoring.js")).href,
      external: true,
    }));
  },
};

function problemText({ text, location }: Message, folder: string): string {
  if (location === null) return `${shownPath(join(folder, "task.ts"))}: ${text}`;
  const file = resolve(folder, location.file);
  const lacking = /^Could not resolve "(\.[^"]*)"$/.exec(text)?.[1];
  const said = lacking === undefined ? text : `there is no file ${shownPath(join(dirname(file), lacking))}`;
  return `${shownPath(file)}:${location.line}:${location.column + 1}: ${said}`;
}

/** Imports an added task's module. */
export async function importAddedTask({ folder, script }: AddedTask): Promise<unknown> {
  try {
    const { default: task } = await import(/* @vite-ignore */ pathToFileURL(script).href);
    // A statement's example runs the reference, which may throw.
    void (task as Task | undefined)?.spec?.statement;
    return task;
  } catch (error) {
    const { message, hint } = error as Partial<UserError>;
    throw new UserError(
      `${shownPath(placeOf(error, { folder, script }))}: ${message}`,
      hint ?? "Fix the task's module.",
    );
  }
}

/** The line of the task's source where an error was thrown, or of the mistake that it names. */
function placeOf(error: unknown, { folder, script }: Pick<AddedTask, "folder" | "script">): string {
  const module = join(folder, "task.ts");
  const mistake = /mistake "([\w-]+)"/.exec(String((error as Partial<Error>).message))?.[1];
  if (mistake !== undefined) {
    const lines = readSource(module).split("\n");
    const at = lines.findIndex((line) => line.includes(`name: "${mistake}"`));
    return at < 0 ? module : `${module}:${at + 1}`;
  }
  return thrownAt(error, { folder, script }) ?? module;
}

/** The line of an added task's source where an error was thrown; undefined if it was thrown elsewhere. */
export function thrownAt(error: unknown, { folder, script }: Pick<AddedTask, "folder" | "script">): string | undefined {
  const stack = String((error as Partial<Error>).stack);
  const own = stack.slice(stack.indexOf(`${join(folder, "task.ts")}:`)).match(/^\S+:\d+:\d+/)?.[0];
  return own ?? mappedPlace(stack, script);
}

/** The source of the first place in the bundled script. */
function mappedPlace(stack: string, script: string): string | undefined {
  const [, line, column] = stack.match(new RegExp(`/${basename(script)}:(\\d+):(\\d+)`)) ?? [];
  if (line === undefined) return undefined;
  const map = new SourceMap(JSON.parse(readFileSync(`${script}.map`, "utf8")));
  const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
  if (!("originalSource" in entry)) return undefined;
  return `${resolve(dirname(script), entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}

function readSource(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
