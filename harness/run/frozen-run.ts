import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { withoutLinks } from "../files/without-links.ts";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";

/** The list of a frozen run's files and checksums, as `sha256sum` writes it. Its presence freezes a run. */
export const CHECKSUMS = "SHA256SUMS";

/** The lock of the process that writes to a run's folder. */
export const RUN_LOCK = "run.lock";

/** The SHA-256 of each file, in hexadecimal, by path: relative to the run's folder, with `/` between folders. */
export type Checksums = ReadonlyMap<string, string>;

/** The differences between a frozen run and its list. Paths are sorted. */
export interface FrozenState {
  /** The number of files listed. */
  readonly files: number;
  /** The SHA-256 of the list itself. */
  readonly checksum: string;
  readonly changed: readonly string[];
  readonly deleted: readonly string[];
  readonly added: readonly string[];
}

/**
 * Refuses to write to a frozen run.
 *
 * @param folder of the run, or a folder in it; may be missing
 */
export async function refuseFrozen(folder: string): Promise<void> {
  const path = await withoutLinks(folder);
  for (let above = path; ; above = dirname(above)) {
    const list = await readFile(join(above, CHECKSUMS), "utf8").catch(() => "");
    // Others publish files of this name too.
    if (/^[0-9a-f]{64} {2}results\.json$/m.test(list)) {
      throw new UserError(
        `${printable(folder)} is ${above === path ? "" : "in a run that is "}frozen.`,
        `Write to another folder, or unfreeze the run by deleting ${printable(join(above, CHECKSUMS))}.`,
      );
    }
    if (above === dirname(above)) return;
  }
}

/**
 * Compares a frozen run with its list.
 *
 * @throws UserError if it is not frozen, or its list is damaged
 */
export async function checkFrozen(folder: string): Promise<FrozenState> {
  const path = join(folder, CHECKSUMS);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") {
      throw new UserError(`${printable(folder)} is not frozen.`, "Freeze it first: omit --check.");
    }
    throw new UserError(`${printable(path)} cannot be read (${error.code}).`, "Fix its permissions.");
  });
  const listed = parseChecksums(text, path);
  const found = await checksumsOf(folder);
  return {
    files: listed.size,
    checksum: createHash("sha256").update(text).digest("hex"),
    changed: [...listed].filter(([name, sum]) => found.has(name) && found.get(name) !== sum).map(([name]) => name),
    deleted: [...listed.keys()].filter((name) => !found.has(name)),
    added: [...found.keys()].filter((name) => !listed.has(name)),
  };
}

/**
 * The checksums of all files in a run's folder, except the list itself and the lock; sorted by path.
 *
 * @throws UserError for a link, whose target could change unnoticed, or a file that cannot be read
 */
export async function checksumsOf(folder: string): Promise<Checksums> {
  const sums = new Map<string, string>();
  for (const name of (await filesIn(folder, "")).sort()) sums.set(name, await hashOf(join(folder, name)));
  return sums;
}

/** A line for each file, as GNU's `sha256sum` writes it: names with line ends or backslashes are escaped. */
export function formatChecksums(sums: Checksums): string {
  return [...sums].map(([name, sum]) => `${formatLine(name, sum)}\n`).join("");
}

function formatLine(name: string, sum: string): string {
  if (!/[\\\n\r]/.test(name)) return `${sum}  ${name}`;
  return `\\${sum}  ${name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r")}`;
}

function parseChecksums(text: string, path: string): Checksums {
  const sums = new Map<string, string>();
  for (const [index, line] of text.replace(/\n$/, "").split("\n").entries()) {
    const [, isEscaped, sum, name] = /^(\\?)([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (sum === undefined || name === undefined) {
      throw new UserError(
        `Line ${index + 1} of ${printable(path)} is damaged: "${shorten(printable(line), 60)}".`,
        "Restore the file from a copy.",
      );
    }
    sums.set(isEscaped === "" ? name : name.replace(/\\([\\nr])/g, (_, letter: string) => UNESCAPED[letter]!), sum);
  }
  return sums;
}

const UNESCAPED: Readonly<Record<string, string>> = { "\\": "\\", n: "\n", r: "\r" };

async function filesIn(folder: string, subfolder: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(join(folder, subfolder), { withFileTypes: true })) {
    const name = subfolder === "" ? entry.name : `${subfolder}/${entry.name}`;
    if (name === CHECKSUMS || name === RUN_LOCK) continue;
    if (entry.isDirectory()) names.push(...(await filesIn(folder, name)));
    else if (entry.isFile()) names.push(name);
    else {
      throw new UserError(
        `${printable(join(folder, name))} is not a regular file, so a checksum cannot fix its content.`,
        "Replace it by a copy of its content, or move it out of the run's folder.",
      );
    }
  }
  return names;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`${printable(path)} cannot be read (${error.code}).`, "Fix its permissions or the disk.");
  });
  return hash.digest("hex");
}
