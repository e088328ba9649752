import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from "node:fs";
import { replaceFile } from "../system/replace-file.ts";
import { writeError } from "./write-error.ts";

export interface AtomicOptions {
  /** Waits until the content is on disk: for files that could not be recreated after a power failure. */
  readonly isDurable?: boolean;
}

/**
 * Writes a sibling file and renames it, so that readers and crashes see either the old content or the new. Uses
 * synchronous calls: for the hundreds of small files of a run, Node's thread pool would take longer than the writes.
 *
 * @throws UserError if it cannot be written
 * @param content the bytes, the text, or pieces of it: a large file need not be in memory as a whole
 */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array | Iterable<string>,
  { isDurable = false }: AtomicOptions = {},
): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, "w");
    try {
      const isWhole = typeof content === "string" || content instanceof Uint8Array;
      for (const piece of isWhole ? [content] : content) writeFileSync(file, piece, "utf8");
      if (isDurable) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    await replaceFile(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw writeError(path, error, "repeat the command; resume a run with --resume.");
  }
}
