import { readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { writeAtomically } from "../files/atomic-file.ts";
import { makeFolder } from "../files/make-folder.ts";
import { userStateFolder } from "../files/user-state-folder.ts";
import { fallible, writeState } from "./state-files.ts";

// In the user's state folder, `history/<task>/` has a file for each check and each measurement, named by its time and
// its process, so that processes never write the same file. The oldest are deleted.

/** Entries kept for each task: some days of work. */
export const MOST_ENTRIES = 200;
const MESSAGE_CHARACTERS = 300;

const common = {
  /** ISO 8601. */
  at: z.iso.datetime(),
  /** The module, as the command named it. */
  file: z.string(),
  /** The kept version with the same files, if there is one. */
  version: z.string().optional(),
};

const entrySchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("check"),
    ...common,
    verdict: z.string(),
    message: z.string(),
    passed: z.number(),
    caseCount: z.number(),
    /** Whether only some of the task's cases were checked. */
    isPart: z.boolean(),
  }),
  z.object({
    kind: z.literal("bench"),
    ...common,
    against: z.string(),
    adapter: z.string(),
    speedup: z.number(),
    shapes: z.array(z.object({ name: z.string(), candidateNs: z.number(), speedup: z.number() })),
  }),
]);

/** A check or a measurement of one's own. */
export type HistoryEntry = z.output<typeof entrySchema>;

let written = 0;

/** Remembers an entry, and forgets the oldest. Returns the problem, as a sentence, if it could not be written. */
export function rememberEntry(task: string, entry: HistoryEntry): Promise<string | undefined> {
  return writeState(async (state) => {
    const folder = join(state, "history", task);
    await makeFolder(folder, 0o700);
    const name = `${entry.at.replaceAll(":", "")}-${process.pid}-${written++}.json`;
    const short = entry.kind === "check" ? { ...entry, message: entry.message.slice(0, MESSAGE_CHARACTERS) } : entry;
    await writeAtomically(join(folder, name), `${JSON.stringify(short)}\n`);
    const names = entryFiles(folder);
    for (const old of names.slice(0, -MOST_ENTRIES)) await rm(join(folder, old), { force: true });
  });
}

/** A task's entries, the oldest first. Files that cannot be read are left out. */
export function readHistory(task: string): HistoryEntry[] {
  return fallible([], () => {
    const folder = join(userStateFolder(), "history", task);
    return entryFiles(folder).flatMap((name) =>
      fallible([], () => [entrySchema.parse(JSON.parse(readFileSync(join(folder, name), "utf8")))]),
    );
  });
}

/** Those of the tasks that have entries. */
export function tasksWithHistory(tasks: readonly string[]): string[] {
  const names = new Set(fallible([], () => readdirSync(join(userStateFolder(), "history"))));
  return tasks.filter((task) => names.has(task));
}

/** Deletes a task's entries. */
export function forgetHistory(task: string): Promise<string | undefined> {
  return writeState((state) => rm(join(state, "history", task), { recursive: true, force: true }));
}

function entryFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort();
}
