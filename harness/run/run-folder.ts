import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../user-error.ts";

const LOCK_FILE = "run.lock";

/** A run's folder, held by this process alone until it is released. */
export interface HeldFolder {
  readonly path: string;
  release(): Promise<void>;
}

/**
 * Makes a run's folder, or takes one that is there, and locks it.
 *
 * @param isResumed whether the folder may hold a run already
 * @throws UserError if it cannot be written, holds a run that was not to be resumed, or is in use
 */
export async function holdRunFolder(path: string, isResumed: boolean): Promise<HeldFolder> {
  await mkdir(path, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`The folder ${path} cannot be made (${error.code}).`, "Choose another with --out.");
  });
  const found = await readdir(path);
  if (!isResumed && found.some((name) => name === "results.json" || name === "attempts.jsonl")) {
    throw new UserError(`${path} holds a run already.`, `Go on with it by --resume ${path}, or choose another --out.`);
  }
  const lock = join(path, LOCK_FILE);
  await lockFile(lock, path);
  return { path, release: () => rm(lock, { force: true }) };
}

async function lockFile(lock: string, folder: string): Promise<void> {
  for (;;) {
    try {
      const file = await open(lock, "wx");
      await file.writeFile(String(process.pid));
      await file.close();
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EEXIST") {
        throw new UserError(
          `Nothing can be written to ${folder} (${code}).`,
          "Mend its permissions, or choose another --out.",
        );
      }
      const owner = Number(await readFile(lock, "utf8").catch(() => ""));
      if (isAlive(owner)) {
        throw new UserError(
          `${folder} is in use by another run (process ${owner}).`,
          "Wait for it to end, or choose another folder with --out.",
        );
      }
      // Its owner was killed before it could tidy up.
      await rm(lock, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
