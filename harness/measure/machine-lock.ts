import { link, open, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** One file for the whole machine: two that measure at once would measure each other. */
const LOCK_FILE = "kernelmark-measuring.lock";
const RETRY_MS = 100;

/**
 * Waits until nobody else measures on this machine, and keeps others waiting until `use` has ended.
 *
 * @param onWait told once, if somebody else measures
 * @param signal ends the waiting: the result is then undefined
 */
export async function aloneOnMachine<T>(
  use: () => Promise<T>,
  onWait: (owner: number) => void,
  signal?: AbortSignal,
  path = join(tmpdir(), LOCK_FILE),
): Promise<T | undefined> {
  let hasWaited = false;
  for (let owner = await take(path); owner !== undefined; owner = await take(path)) {
    if (signal?.aborted) return undefined;
    if (!hasWaited) onWait(owner);
    hasWaited = true;
    await sleep(RETRY_MS);
  }
  try {
    return await use();
  } finally {
    await rm(path, { force: true });
  }
}

/** Takes the lock, or returns the process that holds it. */
async function take(path: string): Promise<number | undefined> {
  try {
    const file = await open(path, "wx", 0o644);
    await file.writeFile(String(process.pid));
    await file.close();
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const owner = await readOwner(path);
  if (owner !== undefined && !isAlive(owner)) await clearAway(path);
  return owner ?? 0;
}

async function readOwner(path: string): Promise<number | undefined> {
  for (let trial = 0; trial < 5; trial++) {
    const text = await readFile(path, "utf8").catch(() => "");
    if (text !== "") return Number(text);
    // Its owner has made it, and is about to write.
    await sleep(20);
  }
  return undefined;
}

/**
 * Takes a dead process's lock away. Two may try at once, and the second could then move the first one's new lock: who
 * finds that it moved a living one's puts it back.
 */
async function clearAway(path: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const owner = Number(await readFile(aside, "utf8").catch(() => ""));
  if (isAlive(owner)) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
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
