import { type Dir, type Dirent, opendirSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { group } from "d3-array";
import { closest, distance } from "fastest-levenshtein";
import type { RefusedPath } from "../results/results.ts";
import { fixedLimits } from "../task/limits.ts";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { readName } from "./file-name.ts";

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
  readonly refused: readonly RefusedPath[];
  /** Warnings about probable mistakes that do no harm. */
  readonly remarks: readonly string[];
}

const MODULE_EXTENSIONS = [".ts", ".js"];

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
  const remarks: string[] = [];
  const modulesAtRoot: string[] = [];

  for (const entry of listFolder(folder)) {
    if (!entry.ok) {
      refused.push(entry.refusal);
      continue;
    }
    const { name, kind } = entry;
    if (kind === "link") {
      refused.push({ path: printable(name), reason: "It is a symbolic link. Submit the folder itself." });
    } else if (kind === "file") {
      if (moduleTask(name, taskNames) !== undefined) modulesAtRoot.push(name);
    } else if (kind === "folder") {
      const read = readCandidate(folder, name, taskNames);
      refused.push(...read.refused);
      remarks.push(...read.remarks);
      if (read.taken) candidates.push(name);
      submissions.push(...read.submissions);
    }
  }

  if (candidates.length === 0 && refused.length === 0) {
    throw modulesAtRoot.length > 0
      ? new UserError(
          `\`${printable(root)}\` is one candidate's folder: \`${modulesAtRoot[0]}\` is directly in it.`,
          "Name the parent folder, with one folder per candidate.",
        )
      : new UserError(
          `There is no candidate's folder in \`${printable(root)}\`.`,
          `Put each candidate's files into a separate folder, such as \`${join(printable(root), "alice", `${taskNames[0] ?? "task"}.ts`)}\`.`,
        );
  }
  remarks.push(...lookAlikes(candidates));
  submissions.sort((a, b) => compare(a.candidate, b.candidate) || compare(a.task, b.task));
  return { candidates: candidates.sort(compare), submissions, refused, remarks };
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

interface CandidateRead {
  readonly taken: boolean;
  readonly submissions: readonly Submission[];
  readonly refused: readonly RefusedPath[];
  readonly remarks: readonly string[];
}

function readCandidate(root: string, candidate: string, taskNames: readonly string[]): CandidateRead {
  const folder = join(root, candidate);
  const filesOfTask = new Map<string, string[]>();
  const refused: RefusedPath[] = [];
  const remarks: string[] = [];
  const others: string[] = [];

  let entries: readonly Entry[];
  try {
    entries = listFolder(folder);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const reason = [error.message, error.hint].join(" ").trim();
    return { taken: false, submissions: [], refused: [{ path: printable(candidate), reason }], remarks };
  }
  for (const entry of entries) {
    // A name that cannot be imported does no harm.
    if (!entry.ok) continue;
    const task = moduleTask(entry.name, taskNames);
    if (task === undefined) {
      if (entry.kind === "file") others.push(entry.name);
    } else if (entry.kind === "file") {
      filesOfTask.set(task, [...(filesOfTask.get(task) ?? []), entry.name].sort(compare));
    } else {
      const kind =
        entry.kind === "link" ? "a symbolic link" : entry.kind === "folder" ? "a folder" : "not a regular file";
      refused.push({
        path: printable(`${candidate}/${entry.name}`),
        reason: `It is ${kind}. Submit the file itself.`,
      });
    }
  }

  const submissions: Submission[] = [];
  for (const [task, files] of filesOfTask) {
    if (files.length > 1) {
      const both = files.map((file) => `\`${file}\``).join(" and ");
      refused.push({
        path: printable(`${candidate}/${files[0]}`),
        reason: `There are both ${both} for the task ${task}. Keep one.`,
      });
    } else {
      submissions.push({ candidate, task, file: files[0]!, folder });
    }
  }
  for (const name of others.sort(compare)) {
    const meant = misspeltTask(name, taskNames);
    if (meant === undefined || filesOfTask.has(meant)) continue;
    remarks.push(
      `\`${printable(`${candidate}/${name}`)}\` is not named after a task. Did you mean \`${meant}${extname(name)}\`?`,
    );
  }
  return { taken: true, submissions, refused, remarks };
}

type Entry =
  | { readonly ok: true; readonly name: string; readonly kind: "file" | "folder" | "link" | "other" }
  | { readonly ok: false; readonly refusal: RefusedPath };

/** Everything in a folder except dot-files and `node_modules`, sorted by name. */
function listFolder(folder: string): Entry[] {
  let directory: Dir;
  try {
    // Names as bytes: `encoding: "buffer"` works, but the types of `opendirSync` only know strings.
    directory = opendirSync(folder, { encoding: "buffer" as BufferEncoding });
  } catch {
    throw new UserError("The folder cannot be read.", "Check its permissions.");
  }
  try {
    return entriesOf(directory);
  } finally {
    directory.closeSync();
  }
}

function entriesOf(directory: Dir): Entry[] {
  const entries: Entry[] = [];
  for (let entry = nextOf(directory); entry !== null; entry = nextOf(directory)) {
    const raw = Buffer.from(entry.name);
    if (raw[0] === ".".charCodeAt(0) || raw.equals(Buffer.from("node_modules"))) continue;
    if (entries.length === fixedLimits.folderEntries) {
      throw new UserError(
        `The folder has more than ${fixedLimits.folderEntries} entries.`,
        "Keep only the submission's files.",
      );
    }
    const read = readName(raw);
    if (read.ok) entries.push({ ok: true, name: read.name, kind: kindOf(entry) });
    else entries.push({ ok: false, refusal: { path: printable(raw.toString()), reason: read.reason } });
  }
  return entries.sort((a, b) => compare(a.ok ? a.name : "", b.ok ? b.name : ""));
}

function nextOf(directory: Dir): Dirent<string | Buffer> | null {
  return directory.readSync();
}

function kindOf(entry: Dirent<string | Buffer>): "file" | "folder" | "link" | "other" {
  if (entry.isSymbolicLink()) return "link";
  if (entry.isDirectory()) return "folder";
  return entry.isFile() ? "file" : "other";
}

async function realFolder(root: string): Promise<string> {
  const stats = await stat(root).catch(() => undefined);
  if (stats?.isDirectory()) return realpath(root);
  const path = printable(root);
  throw stats === undefined
    ? new UserError(`There is no folder \`${path}\`.`, "Name a folder with one folder per candidate.")
    : new UserError(`\`${path}\` is not a folder.`, "Name a folder with one folder per candidate.");
}

function moduleTask(file: string, taskNames: readonly string[]): string | undefined {
  const extension = extname(file);
  const task = basename(file, extension);
  return MODULE_EXTENSIONS.includes(extension) && taskNames.includes(task) ? task : undefined;
}

/**
 * The task that a module's name resembles: one wrong letter in four, or other separators or case. Stricter than
 * `nearestName`, since a module that others import may have any name.
 */
function misspeltTask(file: string, taskNames: readonly string[]): string | undefined {
  const extension = extname(file);
  if (!MODULE_EXTENSIONS.includes(extension.toLowerCase()) || taskNames.length === 0) return undefined;
  const name = basename(file, extension).toLowerCase().replace(/[_ ]/g, "-");
  const near = closest(name, taskNames);
  return distance(name, near) <= Math.floor(near.length / 4) ? near : undefined;
}

/** Names that look the same to a reader, or to a file system that ignores case. They are graded separately. */
function lookAlikes(candidates: readonly string[]): string[] {
  return [...group(candidates, (name) => name.normalize("NFKC").toLowerCase()).values()]
    .filter((alike) => alike.length > 1)
    .map(
      (alike) =>
        `The candidates ${alike.map((name) => `\`${printable(name)}\``).join(" and ")} differ only in case or Unicode form. They are graded separately: check that they are two people.`,
    );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
