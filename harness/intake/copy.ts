import { createHash } from "node:crypto";
import { lstat, mkdir, readdir, readFile, realpath, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { makeFolder } from "../files/make-folder.ts";
import { isGone } from "../files/process-identity.ts";
import { writeError } from "../files/write-error.ts";
import { withSlashes } from "../system/spelling.ts";
import { count } from "../text/count.ts";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import type { CandidateCopy } from "./collect.ts";
import { COLLECTED_FILE } from "./collected-file.ts";
import { isJunk } from "./junk.ts";
import { decodeText, isTextFile } from "./source-text.ts";
import type { DownloadFile } from "./tree.ts";

/** What copying did, by candidate. */
export interface CopyOutcome {
  readonly copied: readonly string[];
  /** Their folders held the same files already. */
  readonly unchanged: readonly string[];
  readonly replaced: readonly string[];
  /** Folders of an earlier mapping, whose files are in another candidate's folder now. */
  readonly moved: readonly { readonly from: string; readonly to: string }[];
  /** Folders that are not of this download. */
  readonly others: readonly string[];
  /** Files that were not UTF-8, as `alice/softmax.ts`, with their encoding. */
  readonly converted: readonly { readonly path: string; readonly encoding: string }[];
}

/** Grading ignores names that begin with a dot. */
const STAGING = /^\.collecting-(\d+)$/;
const CONFLICTS_SHOWN = 5;

/** A complete folder, not in its place yet. */
interface Staged {
  readonly candidate: string;
  readonly folder: string;
  readonly digest: string;
}

/**
 * Copies candidates' files into their folders, as UTF-8 and with their times. All or nothing: a folder in which other
 * files are is replaced only if `isReplacing`.
 *
 * @throws UserError if folders would be replaced, or cannot be written
 */
export async function copyCandidates(
  copies: readonly CandidateCopy[],
  into: string,
  isReplacing: boolean,
): Promise<CopyOutcome> {
  const staging = join(into, `.collecting-${process.pid}`);
  try {
    await makeFolder(into);
    await removeAbandoned(into);
    await mkdir(staging);
    return await copyThrough(staging, copies, into, isReplacing);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw writeError((error as NodeJS.ErrnoException).path ?? into, error, "repeat the command.");
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Refuses a target that is no folder, or is in the download, where it would be collected too the next time.
 *
 * @throws UserError
 */
export async function checkTarget(download: string, into: string): Promise<void> {
  const stats = await stat(into).catch(() => undefined);
  if (stats?.isDirectory() === false) {
    throw new UserError(`\`${printable(into)}\` is not a folder.`, "Choose another folder with --into.");
  }
  const source = await realpath(download).catch(() => resolve(download));
  const target = await realpath(into).catch(() => resolve(into));
  const fromSource = relative(source, target);
  if (fromSource !== "" && (fromSource.startsWith("..") || resolve(fromSource) === fromSource)) return;
  throw new UserError(
    `\`${printable(into)}\` is in the download, \`${printable(download)}\`.`,
    "Choose another folder with --into, next to the download.",
  );
}

async function copyThrough(
  staging: string,
  copies: readonly CandidateCopy[],
  into: string,
  isReplacing: boolean,
): Promise<CopyOutcome> {
  const converted: CopyOutcome["converted"][number][] = [];
  const staged: Staged[] = [];
  for (const [index, copy] of copies.entries()) {
    const folder = join(staging, `new-${index}`);
    const digest = await stage(copy, folder, (path, encoding) => converted.push({ path, encoding }));
    staged.push({ candidate: copy.candidate, folder, digest });
  }
  const digests = await digestsIn(into);
  const conflicts = staged.filter(
    ({ candidate, digest }) => digests.has(candidate) && digests.get(candidate) !== digest,
  );
  if (conflicts.length > 0 && !isReplacing) throw wouldReplace(conflicts, into);

  const outcome = { copied: [] as string[], unchanged: [] as string[], replaced: [] as string[] };
  for (const { candidate, folder, digest } of staged) {
    const target = join(into, candidate);
    if (digests.get(candidate) === digest) {
      outcome.unchanged.push(candidate);
      continue;
    }
    const isReplaced = digests.has(candidate);
    if (isReplaced) await rename(target, `${folder}-old`);
    await rename(folder, target);
    outcome[isReplaced ? "replaced" : "copied"].push(candidate);
  }
  const copied = new Set(outcome.copied);
  const hadMapping = (await readdir(into)).includes(COLLECTED_FILE);
  const targets = new Set(copies.map(({ candidate }) => candidate));
  const moved: { from: string; to: string }[] = [];
  const others: string[] = [];
  for (const [name, digest] of digests) {
    if (targets.has(name)) continue;
    // Empty folders are all alike, and folders are of an earlier mapping only if there was one.
    const isOfMapping = hadMapping && digest !== EMPTY;
    const to = isOfMapping
      ? staged.find((other) => other.digest === digest && copied.has(other.candidate))?.candidate
      : undefined;
    if (to === undefined) {
      others.push(name);
    } else {
      await rename(join(into, name), join(staging, `moved-${moved.length}`));
      moved.push({ from: name, to });
    }
  }
  return { ...outcome, moved, others, converted };
}

function wouldReplace(conflicts: readonly Staged[], into: string): UserError {
  const names = conflicts.slice(0, CONFLICTS_SHOWN).map(({ candidate }) => `\`${printable(candidate)}\``);
  const more = conflicts.length > CONFLICTS_SHOWN ? `, and ${count(conflicts.length - CONFLICTS_SHOWN, "other")}` : "";
  const [have, folders] = conflicts.length === 1 ? ["has", "folder"] : ["have", "folders"];
  return new UserError(
    `${names.join(", ")}${more} ${have} other files in \`${printable(into)}\` than in the download. Nothing was copied.`,
    `Replace the ${folders} with --replace, or choose another folder with --into.`,
  );
}

const EMPTY = createHash("sha256").digest("hex");

/** @returns a digest of paths and contents, equal to that of {@link digestsIn} for the same folder */
async function stage(
  { candidate, files }: CandidateCopy,
  folder: string,
  onConverted: (path: string, encoding: string) => void,
): Promise<string> {
  await mkdir(folder);
  const digests: [path: string, digest: string][] = [];
  for (const [path, file] of files) {
    const { bytes, encoding } = await asUtf8(path, file);
    if (encoding !== "UTF-8") onConverted(`${candidate}/${path}`, encoding);
    const target = join(folder, path);
    await makeFolder(dirname(target));
    await writeFile(target, bytes, { flag: "wx" });
    if (file.modifiedAt !== undefined && !Number.isNaN(file.modifiedAt.getTime())) {
      await utimes(target, file.modifiedAt, file.modifiedAt);
    }
    digests.push([path, sha256(bytes)]);
  }
  return joinedDigest(digests);
}

async function asUtf8(path: string, file: DownloadFile): Promise<{ bytes: Uint8Array; encoding: string }> {
  const bytes = await file.read();
  if (!isTextFile(path)) return { bytes, encoding: "UTF-8" };
  const { text, encoding } = decodeText(bytes);
  return { bytes: encoding === "UTF-8" ? bytes : new TextEncoder().encode(text), encoding };
}

/** Digests of the candidates' folders that are there. */
async function digestsIn(into: string): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const entry of await readdir(into, { withFileTypes: true })) {
    if (isJunk(entry.name) || entry.isFile()) continue;
    digests.set(entry.name, entry.isDirectory() ? await digestOf(join(into, entry.name)) : "not a folder");
  }
  return digests;
}

async function digestOf(folder: string): Promise<string> {
  const digests: [path: string, digest: string][] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) continue;
    const isFile = (await lstat(path)).isFile();
    digests.push([withSlashes(relative(folder, path), sep), isFile ? sha256(await readFile(path)) : "not a file"]);
  }
  return joinedDigest(digests);
}

function joinedDigest(digests: readonly (readonly [path: string, digest: string])[]): string {
  const hash = createHash("sha256");
  for (const [path, digest] of digests.toSorted(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${path}\0${digest}\0`);
  return hash.digest("hex");
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Folders of processes that were killed. */
async function removeAbandoned(into: string): Promise<void> {
  for (const name of await readdir(into)) {
    const pid = STAGING.exec(name)?.[1];
    if (pid === undefined || !isGone({ pid: Number(pid) })) continue;
    await rm(join(into, name), { recursive: true, force: true });
  }
}
