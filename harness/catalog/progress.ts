import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../files/atomic-file.ts";
import { makeFolder } from "../files/make-folder.ts";
import { userStateFolder } from "../files/user-state-folder.ts";
import { fallible, writeState } from "./state-files.ts";

// In the user's state folder, `solved/` has a file for each solved task, with the time, so that two processes never
// write the same file with different contents; `last-task` names the task that was checked or started last, and `hints/`
// has a file for each task with the number of hints that were shown.

/** What this user has done so far. */
export interface Progress {
  /** When each solved task was first accepted, in ISO 8601; empty if the file does not say so. */
  readonly solvedAt: ReadonlyMap<string, string>;
  readonly lastTask: string | undefined;
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Reads the progress with these tasks. None, if it cannot be read. */
export function readProgress(taskNames: readonly string[]): Progress {
  return fallible({ solvedAt: new Map<string, string>(), lastTask: undefined }, () => {
    const folder = userStateFolder();
    const names = fallible([], () => readdirSync(join(folder, "solved"))).filter((name) => taskNames.includes(name));
    const textOf = (...path: string[]) => fallible("", () => readFileSync(join(folder, ...path), "utf8").trim());
    const lastTask = textOf("last-task");
    const times = names.map((name) => [name, textOf("solved", name)] as const);
    return {
      solvedAt: new Map(times.map(([name, text]) => [name, ISO_TIME.test(text) ? text : ""])),
      lastTask: taskNames.includes(lastTask) ? lastTask : undefined,
    };
  });
}

/** The number of a task's hints that this user has been shown. */
export function seenHints(task: string): number {
  const count = Number(fallible("", () => readFileSync(join(userStateFolder(), "hints", task), "utf8").trim()));
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/**
 * Remembers that a task was worked on last, and whether it is solved. Never rejects: no command may fail because of it.
 *
 * @returns the problem, as a sentence, if it could not be written
 */
export function rememberTask(task: string, isSolved: boolean): Promise<string | undefined> {
  return writeState(async (folder) => {
    const solved = join(folder, "solved", task);
    await makeFolder(isSolved ? join(folder, "solved") : folder, 0o700);
    await writeAtomically(join(folder, "last-task"), `${task}\n`);
    if (isSolved && !existsSync(solved)) await writeAtomically(solved, `${new Date().toISOString()}\n`);
  });
}

/** Remembers that the first `count` hints for a task were shown, likewise. */
export function rememberHints(task: string, count: number): Promise<string | undefined> {
  return writeState(async (folder) => {
    await makeFolder(join(folder, "hints"), 0o700);
    await writeAtomically(join(folder, "hints", task), `${count}\n`);
  });
}
