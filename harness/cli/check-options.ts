import { existsSync } from "node:fs";
import { basename, extname } from "node:path";
import { taskNames } from "../catalog/load.ts";
import type { DumpRequest } from "../judge/show.ts";
import { didYouMean } from "../text/nearest-name.ts";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";

/**
 * The task of a module: the given one, or the module's base name.
 *
 * @throws UserError if the base name is no task
 */
export function taskOfFile(file: string, task: string | undefined, command: string): string {
  if (task !== undefined) return task;
  const names = taskNames();
  if (names.includes(file) && !existsSync(file)) return file;
  const name = basename(file, extname(file));
  // A file that is not there is the first thing to say.
  if (names.includes(name) || !existsSync(file)) return name;
  throw new UserError(
    `The file name ${printable(basename(file))} names no task: there is no task "${printable(name)}".${didYouMean(name, names)}`,
    `Name the task: kernelmark ${command} ${printable(file)} --task softmax; \`kernelmark tasks\` lists them.`,
  );
}

/** Parses `scores`, `scores@2`, `scores@main`, or several with commas. */
export function parseDumps(text: string | undefined): DumpRequest[] {
  if (text === undefined) return [];
  return text.split(",").map((part) => {
    const [, buffer, after] = /^\s*([^\s@]+)(?:@([^\s@]+))?\s*$/u.exec(part) ?? [];
    if (buffer === undefined) {
      throw new UserError(
        `--dump has "${printable(part)}".`,
        "Name a scratch buffer, with a pass if you like: --dump scores@2",
      );
    }
    return { buffer, after };
  });
}
