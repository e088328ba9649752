import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { whileHeld } from "../system/replace-file.ts";
import { isGone, ownIdentity, type ProcessIdentity, parseIdentity } from "./process-identity.ts";

/**
 * Takes a lock: a file that names its owner and is created complete. A dead process's lock is taken over.
 *
 * @returns undefined if the lock is now ours, otherwise its owner
 * @throws the file system's error if nothing can be written
 */
export async function takeLock(path: string, own = ownIdentity()): Promise<ProcessIdentity | undefined> {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, JSON.stringify(own));
  try {
    for (;;) {
      try {
        await whileHeld(() => create(path, temporary));
        return undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const owner = await readOwner(path);
      // It has been released since.
      if (owner === "nobody") continue;
      if (owner !== "unknown" && !isGone(owner)) return owner;
      await clearAway(path);
    }
  } finally {
    await whileHeld(() => rm(temporary, { force: true }));
  }
}

/** Codes of file systems without hard links, such as exFAT and some network drives. */
const NO_LINKS: readonly unknown[] = ["ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EPERM", "EISDIR"];

/** Creates the lock complete, or if the file system has no hard links, in two steps. */
async function create(path: string, complete: string): Promise<void> {
  try {
    await link(complete, path);
  } catch (error) {
    if (!NO_LINKS.includes((error as NodeJS.ErrnoException).code)) throw error;
    await writeFile(path, await readFile(complete), { flag: "wx" });
  }
}

/** The living owner of a lock; undefined if there is none. */
export async function lockOwner(path: string): Promise<ProcessIdentity | undefined> {
  const owner = await readOwner(path);
  return typeof owner === "string" || isGone(owner) ? undefined : owner;
}

export async function releaseLock(path: string): Promise<void> {
  await whileHeld(() => rm(path, { force: true }));
}

async function readOwner(path: string): Promise<ProcessIdentity | "unknown" | "nobody"> {
  try {
    return parseIdentity(await readFile(path, "utf8")) ?? "unknown";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "nobody";
    throw error;
  }
}

/**
 * Removes a dead process's lock. If two processes try at once, the second could move the first one's new lock: a
 * process that finds it has moved a living owner's lock puts it back.
 */
async function clearAway(path: string): Promise<void> {
  const aside = `${path}.${process.pid}.aside`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const owner = await readOwner(aside);
  if (typeof owner !== "string" && !isGone(owner)) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}
