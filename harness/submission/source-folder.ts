import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import {
  missingFile,
  type SourceFile,
  type SourceFolder,
  type SourceLimits,
  type SourceRead,
} from "../plan/source-files.ts";
import { whileHeldSync } from "../system/replace-file.ts";
import { isSpelledSo } from "../system/spelling.ts";
import { defaultLimits } from "../task/limits.ts";
import { nameProblem } from "./file-name.ts";

/** @param folder absolute; links in this path itself are the caller's and are followed */
export function openSourceFolder(folder: string, limits: SourceLimits = defaultLimits): SourceFolder {
  const sourceBytes = 1024 * limits.sourceKibibytes;
  const reads = new Map<string, SourceRead>();
  const files = new Map<string, SourceFile>();
  let bytes = 0;

  function readNew(path: string): SourceRead {
    const problem = pathProblem(folder, path);
    if (problem !== undefined) return problem;
    if (files.size >= limits.files) {
      return refused(`The modules import more than ${limits.files} files. Merge some of them.`);
    }
    const room = sourceBytes - bytes;
    const content = readRegularFile(join(folder, path), room);
    if (content === "not a file") return refused(`\`${path}\` is not a regular file.`);
    if (content === "unreadable") return refused(`\`${path}\` cannot be read. Check its permissions.`);
    if (content === "too large" || bytes + content.length > sourceBytes) {
      return refused(`The imported files are larger than ${limits.sourceKibibytes} KiB in total. Remove unused files.`);
    }
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true }).decode(content);
    } catch {
      return refused(`\`${path}\` is not UTF-8 text. Save it as UTF-8.`);
    }
    bytes += content.length;
    const file = { path, text };
    files.set(path, file);
    return { ok: true, file };
  }

  return {
    read(path) {
      let read = reads.get(path);
      if (read === undefined) {
        read = readNew(path);
        reads.set(path, read);
      }
      return read;
    },
    reached: () => [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    sought: () => [...reads.keys()],
  };
}

function refused(reason: string): SourceRead & { ok: false } {
  return { ok: false, missing: false, reason: () => reason };
}

/** Checks every folder of the path, since a link anywhere could lead out of the candidate's folder. */
function pathProblem(folder: string, path: string): (SourceRead & { ok: false }) | undefined {
  const names = path.split("/");
  if (names.some((name) => name === "" || name === "." || name === "..")) {
    return refused(`\`${path}\` does not name a file in your folder.`);
  }
  for (const [index, name] of names.entries()) {
    const sofar = names.slice(0, index + 1).join("/");
    const problem = nameProblem(name);
    if (problem !== undefined) return refused(`\`${sofar}\` is refused. ${problem}`);
    const stats = orUndefined(() => lstatSync(join(folder, sofar)));
    const isLast = index === names.length - 1;
    if (stats === undefined || !isSpelledSo(join(folder, posix.dirname(sofar)), name)) {
      return { ok: false, missing: true, reason: () => missingReason(folder, path) };
    }
    if (stats.isSymbolicLink()) {
      return refused(`\`${sofar}\` is a symbolic link. Put the file itself into your folder.`);
    }
    if (isLast ? !stats.isFile() : !stats.isDirectory()) {
      if (isLast && stats.isDirectory()) {
        return { ok: false, missing: true, reason: () => `\`${sofar}\` is a folder. Name the file in it.` };
      }
      return refused(`\`${sofar}\` is not a regular ${isLast ? "file" : "folder"}.`);
    }
  }
  return undefined;
}

function orUndefined<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}

/** The number of file names that are compared for a suggestion. */
const NAMES_COMPARED = 1_000;

function missingReason(folder: string, path: string): string {
  const directory = posix.dirname(path);
  const names = (orUndefined(() => readdirSync(join(folder, directory))) ?? []).slice(0, NAMES_COMPARED);
  return missingFile(path, names);
}

/** Shorter than the bundler's time limit by far. */
const PAUSES_MS = [20, 50, 100];

/** Reads at most `room` bytes. Does not block on a pipe, and does not follow a link created since the check. */
function readRegularFile(path: string, room: number): Uint8Array | "not a file" | "unreadable" | "too large" {
  let handle: number;
  try {
    // Windows has neither flag, nor pipes in folders. There, an editor may be saving the file at this moment.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    handle = whileHeldSync(() => openSync(path, flags), PAUSES_MS);
  } catch {
    return "unreadable";
  }
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) return "not a file";
    if (stats.size > room) return "too large";
    return readFileSync(handle);
  } catch {
    return "unreadable";
  } finally {
    closeSync(handle);
  }
}
