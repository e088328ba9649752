import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { writeError } from "./write-error.ts";

export interface AtomicOptions {
  /** Waits until the disk has it, for what could not be made again after a power failure. */
  readonly isDurable?: boolean;
}

/**
 * Writes a file whole or not at all: beside its place first, then moved there, so that whoever reads it, or a crash,
 * finds either the old content or the new one. Without asking Node's threads: for the hundreds of small files of a run
 * that takes longer than writing them.
 *
 * @throws UserError where it cannot be written
 * @param content the text, or pieces of it: what is large need not be in memory as a whole
 */
export async function writeAtomically(
  path: string,
  content: string | Iterable<string>,
  { isDurable = false }: AtomicOptions = {},
): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(beside, "w");
    try {
      for (const piece of typeof content === "string" ? [content] : content) writeFileSync(file, piece, "utf8");
      if (isDurable) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw writeError(path, error, "repeat the command; a run goes on with --resume.");
  }
}
