import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { isGone, ownIdentity, type ProcessIdentity, parseIdentity } from "./process-identity.ts";

/**
 * Takes a lock: a file that names its owner, whole from the moment that it exists. One that a dead process left behind
 * is taken over.
 *
 * @returns undefined if the lock is now ours, or who holds it
 * @throws what the file system throws where nothing can be written
 */
export async function takeLock(path: string, own = ownIdentity()): Promise<ProcessIdentity | undefined> {
  const beside = `${path}.${process.pid}`;
  await writeFile(beside, JSON.stringify(own));
  try {
    for (;;) {
      try {
        await link(beside, path);
        return undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      const owner = await readOwner(path);
      // It was given back since.
      if (owner === "nobody") continue;
      if (owner !== "unknown" && !isGone(owner)) return owner;
      await clearAway(path);
    }
  } finally {
    await rm(beside, { force: true });
  }
}

/** Who holds a lock; undefined where nobody does, or nobody living. */
export async function lockOwner(path: string): Promise<ProcessIdentity | undefined> {
  const owner = await readOwner(path);
  return typeof owner === "string" || isGone(owner) ? undefined : owner;
}

export async function releaseLock(path: string): Promise<void> {
  await rm(path, { force: true });
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
 * Takes a dead process's lock away. Two may try at once, and the second could then move the first one's new lock: who
 * finds that it moved a living one's puts it back.
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
