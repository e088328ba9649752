import { realpath, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { NotTaken } from "../results/not-taken.ts";
import type { RefusedPath } from "../results/results.ts";
import { count } from "../text/count.ts";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { type Entry, listFolder } from "./list-folder.ts";
import { lookAlikes } from "./look-alikes.ts";
import { MODULE_EXTENSIONS, moduleTask } from "./module-name.ts";
import { findNotTaken, isArchive } from "./not-taken.ts";

/** A candidate's module for one task, not read yet: the bundler reads files as imports reach them. */
export interface Submission {
  readonly candidate: string;
  readonly task: string;
  /** The module, relative to `folder`. */
  readonly file: string;
  /** The candidate's folder: absolute, no links in it. */
  readonly folder: string;
}

/** The contents of a folder of candidates' folders. */
export interface Cohort {
  /** Every candidate with an accepted folder, with or without submissions; sorted. */
  readonly candidates: readonly string[];
  /** Sorted by candidate, then by task. */
  readonly submissions: readonly Submission[];
  /** Folders that are not graded as a whole, and submissions outside of any. */
  readonly refused: readonly RefusedPath[];
  /** Files in candidates' folders that are not graded; modules may import some of them. */
  readonly notTaken: readonly NotTaken[];
  /** Warnings about probable mistakes that do no harm. */
  readonly remarks: readonly string[];
}

/**
 * Lists `root/<candidate>/<task>.ts|.js`. No candidate's files can make it throw.
 *
 * @param taskNames tasks that exist; other files are support files
 * @throws UserError if there is no such folder, or no candidate in it
 */
export async function readCohort(root: string, taskNames: readonly string[]): Promise<Cohort> {
  const folder = await realFolder(root);
  const candidates: string[] = [];
  const submissions: Submission[] = [];
  const refused: RefusedPath[] = [];
  const notTaken: NotTaken[] = [];
  const modulesAtRoot: string[] = [];
  const archivesAtRoot: string[] = [];

  for (const entry of listFolder(folder)) {
    if (!entry.ok) {
      refused.push({ path: entry.shown, reason: entry.reason });
      continue;
    }
    const { name, kind } = entry;
    if (kind === "link") {
      refused.push({ path: printable(name), reason: "It is a symbolic link. Submit the folder itself." });
    } else if (kind === "file") {
      if (moduleTask(name, taskNames) !== undefined) modulesAtRoot.push(name);
      if (isArchive(name)) archivesAtRoot.push(name);
    } else if (kind === "folder") {
      const read = readCandidate(folder, name, taskNames);
      if (!read.ok) {
        refused.push(read.refusal);
        continue;
      }
      candidates.push(name);
      submissions.push(...read.submissions);
      notTaken.push(...read.notTaken);
    }
  }

  if (candidates.length === 0 && refused.length === 0) {
    throw noCandidates(printable(root), modulesAtRoot, archivesAtRoot, taskNames);
  }
  for (const name of modulesAtRoot) {
    refused.push({ path: name, reason: "It is next to the candidates' folders. Move it into its candidate's folder." });
  }
  for (const name of archivesAtRoot) {
    refused.push({ path: printable(name), reason: "It is an archive. Unpack it into its candidate's folder." });
  }
  submissions.sort((a, b) => compare(a.candidate, b.candidate) || compare(a.task, b.task));
  candidates.sort(compare);
  return { candidates, submissions, refused, notTaken, remarks: lookAlikes(candidates).map(lookAlikeRemark) };
}

function noCandidates(
  root: string,
  modules: readonly string[],
  archives: readonly string[],
  taskNames: readonly string[],
): UserError {
  if (modules.length > 0) {
    return new UserError(
      `\`${root}\` is one candidate's folder: \`${modules[0]}\` is directly in it.`,
      "Name the parent folder, with one folder per candidate.",
    );
  }
  const none = `There is no candidate's folder in \`${root}\``;
  if (archives.length > 0) {
    return new UserError(
      `${none}, but ${count(archives.length, "archive")}.`,
      `Unpack them first: \`kernelmark collect ${root} --into <folder>\``,
    );
  }
  const example = join(root, "alice", `${taskNames[0] ?? "task"}.ts`);
  return new UserError(`${none}.`, `Put each candidate's files into a separate folder, such as \`${example}\`.`);
}

/**
 * A single file as a submission. Its folder is the file's; only imported files are read from it.
 *
 * @throws UserError if the file is not there or is not a module
 */
export async function readSingle(file: string, task: string): Promise<Submission> {
  const stats = await stat(file).catch(() => undefined);
  if (stats === undefined) throw new UserError(`There is no file \`${printable(file)}\`.`, "Check the path.");
  if (!stats.isFile())
    throw new UserError(`\`${printable(file)}\` is not a file.`, `Name the module in it, such as \`${task}.ts\`.`);
  if (!MODULE_EXTENSIONS.includes(extname(file))) {
    throw new UserError(
      `\`${printable(file)}\` is not a module.`,
      "Name the `.ts` or `.js` file whose default export makes the plan.",
    );
  }
  const folder = await realpath(dirname(file));
  return { candidate: basename(folder), task, file: basename(file), folder };
}

type CandidateRead =
  | { readonly ok: true; readonly submissions: readonly Submission[]; readonly notTaken: readonly NotTaken[] }
  | { readonly ok: false; readonly refusal: RefusedPath };

function readCandidate(root: string, candidate: string, taskNames: readonly string[]): CandidateRead {
  const folder = join(root, candidate);
  let entries: readonly Entry[];
  try {
    entries = listFolder(folder);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const reason = [error.message, error.hint].join(" ").trim();
    return { ok: false, refusal: { path: printable(candidate), reason } };
  }
  const filesOfTask = new Map<string, string[]>();
  for (const entry of entries) {
    const task = entry.ok && entry.kind === "file" ? moduleTask(entry.name, taskNames) : undefined;
    if (task !== undefined) filesOfTask.set(task, [...(filesOfTask.get(task) ?? []), entry.ok ? entry.name : ""]);
  }
  const taken = new Map<string, string>();
  const doubled: NotTaken[] = [];
  for (const [task, files] of filesOfTask) {
    const [first, second] = files.sort(compare) as [string, ...string[]];
    if (second === undefined) {
      taken.set(task, first);
      continue;
    }
    const reason = `There are both \`${first}\` and \`${second}\` for the task ${task}.`;
    doubled.push({ candidate, path: printable(`${candidate}/${first}`), task, instead: "", reason, fix: "Keep one." });
  }
  return {
    ok: true,
    submissions: [...taken].map(([task, file]) => ({ candidate, task, file, folder })),
    notTaken: [
      ...doubled,
      ...findNotTaken(
        { candidate, taken, doubled: new Set(doubled.map(({ task }) => task)), taskNames },
        folder,
        entries,
      ),
    ],
  };
}

async function realFolder(root: string): Promise<string> {
  const stats = await stat(root).catch(() => undefined);
  if (stats?.isDirectory()) return realpath(root);
  const path = printable(root);
  throw stats === undefined
    ? new UserError(`There is no folder \`${path}\`.`, "Name a folder with one folder per candidate.")
    : new UserError(`\`${path}\` is not a folder.`, "Name a folder with one folder per candidate.");
}

function lookAlikeRemark(alike: readonly string[]): string {
  const names = alike.map((name) => `\`${printable(name)}\``).join(" and ");
  return `The candidates ${names} may be one person. They are graded separately: check that they are different people.`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
