import { readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder } from "../files/make-folder.ts";
import { writeError } from "../files/write-error.ts";
import { listedPaths, OFFLINE, siteFiles } from "./site-files.ts";

/**
 * Writes the site into a folder, which it creates if necessary, and removes the files of an earlier version.
 *
 * @returns the number of files and their size together
 * @throws UserError if a file cannot be written
 */
export async function writeSite(folder: string): Promise<{ readonly files: number; readonly bytes: number }> {
  const files = await siteFiles();
  const earlier = listedPaths(await readFile(join(folder, OFFLINE), "utf8").catch(() => ""));
  let bytes = 0;
  for (const { path, content } of files) {
    const target = join(folder, path);
    try {
      await makeFolder(dirname(target));
      await writeFile(target, content);
    } catch (error) {
      throw writeError(target, error, "write the site again.");
    }
    bytes += Buffer.byteLength(content);
  }
  const kept = new Set(files.map(({ path }) => path));
  for (const path of earlier) if (!kept.has(path)) await rm(join(folder, path), { force: true });
  return { files: files.length, bytes };
}
