import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { JudgingLimits } from "../task/limits.ts";
import { didYouMean } from "../text/nearest-name.ts";

/** A file of a candidate's, as text. */
export interface SourceFile {
  /** Relative to the candidate's folder, with `/` between folders. */
  readonly path: string;
  readonly text: string;
}

export type SourceRead =
  | { readonly ok: true; readonly file: SourceFile }
  /** `missing` if there is no such file, so that another name may be tried. A function, since the reason costs time. */
  | { readonly ok: false; readonly missing: boolean; readonly reason: () => string };

/**
 * A candidate's folder, read file by file as imports reach them. Only files that are reached count towards the limits:
 * a README or a picture next to the modules does no harm.
 */
export interface SourceFolder {
  /**
   * Reads a regular file in the folder, without following symbolic links.
   *
   * @param path normalised, relative to the folder, not starting with `..`
   */
  read(path: string): SourceRead;
  /** The files read so far, sorted by path. */
  reached(): SourceFile[];
  /** Every requested path, existing or not. */
  sought(): string[];
}

/** The limits that concern files. */
export type SourceLimits = Pick<JudgingLimits, "files" | "sourceKibibytes">;

/**
 * The reason why a path names no file, with the most similar name.
 *
 * @param names of the files in its folder
 */
export function missingFile(path: string, names: readonly string[]): string {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const meant = didYouMean(path.slice(folder.length), names, (near) => `\`${folder}${near}\``);
  return `There is no file \`${path}\` in your folder.${meant}`;
}

/** SHA-256 of the files' paths and contents, in hex. The same files give the same hash in any folder. */
export function hashFiles(files: readonly SourceFile[]): string {
  const hash = sha256.create();
  for (const { path, text } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const [pathBytes, textBytes] = [utf8ToBytes(path), utf8ToBytes(text)];
    // The lengths distinguish `a` + `bc` from `ab` + `c`.
    hash
      .update(utf8ToBytes(`${pathBytes.length} ${textBytes.length}\n`))
      .update(pathBytes)
      .update(textBytes);
  }
  return bytesToHex(hash.digest());
}
