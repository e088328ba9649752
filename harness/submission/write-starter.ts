import { lstat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { addedTasks } from "../catalog/added-tasks.ts";
import { loadTask } from "../catalog/load.ts";
import { writeAtomically } from "../files/atomic-file.ts";
import { makeFolder } from "../files/make-folder.ts";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { editorFiles } from "./editor-files.ts";

/** Paths of the written files, relative as the caller named the folder. */
export interface WrittenFiles {
  /** The module first, then the kernel that it imports. */
  readonly own: readonly string[];
  /** Types and configuration, if the folder has none. */
  readonly forEditors: readonly string[];
}

/**
 * Writes a task's starter into a candidate's folder, which it creates if necessary.
 *
 * @param isForced whether to overwrite existing files
 * @throws UserError if there is no such task, if a file exists already, or if a file cannot be written
 */
export async function writeStarter(task: string, folder: string, isForced: boolean): Promise<WrittenFiles> {
  const module = join(folder, `${task}.ts`);
  const kernel = join(folder, `${task}.wgsl`);
  const { starter } = await loadTask(task);
  await makeOwnFolder(folder);
  await refuseOthers(task, folder, [module, kernel], isForced);
  await write(module, starter.module.replace('"./starter.wgsl"', `"./${task}.wgsl"`), isForced);
  await write(kernel, starter.kernel, isForced);

  const added = await Promise.all(addedTasks().map(({ name }) => loadTask(name)));
  const forEditors: string[] = [];
  for (const { name, text } of editorFiles(folder, added)) {
    const path = join(folder, name);
    await write(path, text, true);
    forEditors.push(path);
  }
  return { own: [module, kernel], forEditors };
}

async function makeOwnFolder(folder: string): Promise<void> {
  const stats = await lstat(folder).catch(() => undefined);
  if (stats !== undefined && !stats.isDirectory()) {
    const kind = stats.isSymbolicLink() ? "a symbolic link" : "a file";
    throw new UserError(`\`${printable(folder)}\` is ${kind}, not a folder.`, "Choose another --name.");
  }
  await makeFolder(folder).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      `The folder \`${printable(folder)}\` cannot be created (${error.code}).`,
      "Choose another folder with --dir, or fix its permissions.",
    );
  });
}

async function refuseOthers(task: string, folder: string, files: readonly string[], isForced: boolean): Promise<void> {
  const other = join(folder, `${task}.js`);
  if (await exists(other)) {
    throw new UserError(
      `\`${printable(other)}\` exists already, and a task takes one module: \`.ts\` or \`.js\`.`,
      "Delete it, or choose another --name.",
    );
  }
  if (isForced) return;
  for (const file of files) if (await exists(file)) throw thereAlready(file);
}

async function write(path: string, text: string, isForced: boolean): Promise<void> {
  try {
    if (isForced) await writeAtomically(path, text, { isDurable: true });
    else await writeFile(path, text, { flag: "wx" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw thereAlready(path);
    throw new UserError(
      `\`${printable(path)}\` cannot be written (${code}).`,
      "Fix its permissions, or choose another folder with --dir.",
    );
  }
}

function thereAlready(file: string): UserError {
  return new UserError(
    `\`${printable(file)}\` exists already and was not changed.`,
    "Continue with it, choose another --name, or overwrite it with --force.",
  );
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}
