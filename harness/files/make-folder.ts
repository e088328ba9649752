import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it, as far as they are missing. Node's own `recursive` never ends where a file system
 * says of a folder that is there that nothing can be in it, as `/proc` does (ENOENT, again and again).
 *
 * @throws what the file system says
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  const missing: string[] = [];
  for (let folder = path; !(await isThere(folder)); folder = dirname(folder)) missing.push(folder);
  for (const folder of missing.reverse()) {
    await mkdir(folder, { mode }).catch(async (error: NodeJS.ErrnoException) => {
      // Somebody else was faster.
      if (error.code !== "EEXIST" || !(await isThere(folder))) throw error;
    });
  }
}

/** @throws where there is something else, or nobody may look */
async function isThere(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" && path !== dirname(path)) return false;
    throw error;
  }
  throw Object.assign(new Error(`ENOTDIR: ${path} is not a folder`), { code: "ENOTDIR", path });
}
