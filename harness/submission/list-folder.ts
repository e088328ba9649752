import { type Dir, type Dirent, opendirSync } from "node:fs";
import { fixedLimits } from "../task/limits.ts";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { isIgnoredName, readName } from "./file-name.ts";

/** An entry of a folder, or one whose name is refused. */
export type Entry =
  | { readonly ok: true; readonly name: string; readonly kind: "file" | "folder" | "link" | "other" }
  /** `shown` is the name, printable; `reason` is for the candidate. */
  | { readonly ok: false; readonly shown: string; readonly reason: string };

/**
 * Everything in a folder except names that Kernelmark ignores, sorted by name.
 *
 * @throws UserError if it cannot be read, or has too many entries
 */
export function listFolder(folder: string): Entry[] {
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
    if (isIgnoredName(raw.toString())) continue;
    if (entries.length === fixedLimits.folderEntries) {
      throw new UserError(
        `The folder has more than ${fixedLimits.folderEntries} entries.`,
        "Keep only the submission's files.",
      );
    }
    const read = readName(raw);
    if (read.ok) entries.push({ ok: true, name: read.name, kind: kindOf(entry) });
    else entries.push({ ok: false, shown: printable(raw.toString()), reason: read.reason });
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
