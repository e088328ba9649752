import { open, rename, rm, writeFile } from "node:fs/promises";
import { writeError } from "../write-error.ts";

/**
 * Writes a file whole or not at all: beside its place first, then moved there, so that whoever reads it, or a crash,
 * finds either the old content or the new one.
 *
 * @throws UserError where it cannot be written
 * @param content the text, or pieces of it: what is large need not be in memory as a whole
 */
export async function writeAtomically(path: string, content: string | Iterable<string>): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(beside, "w");
    try {
      await writeFile(file, content, "utf8");
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw writeError(path, error, "repeat the command; a run goes on with --resume.");
  }
}
