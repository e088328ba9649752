import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { releaseLock, takeLock } from "./lock-file.ts";
import { temporaryFolderError } from "./temporary-folder.ts";

/** One file for the whole machine: concurrent measurements would disturb each other. */
const LOCK_FILE = "kernelmark-measuring.lock";
const RETRY_MS = 100;

/**
 * Waits until no other process measures on this machine, and keeps others waiting until `use` has ended.
 *
 * @param onWait called once if another process is measuring
 * @param signal stops waiting; the result is then undefined
 */
export async function aloneOnMachine<T>(
  use: () => Promise<T>,
  onWait: (owner: number) => void,
  signal?: AbortSignal,
  path = join(tmpdir(), LOCK_FILE),
): Promise<T | undefined> {
  const take = () =>
    takeLock(path).catch((error) => {
      throw temporaryFolderError(error);
    });
  let hasWaited = false;
  for (let owner = await take(); owner !== undefined; owner = await take()) {
    if (signal?.aborted) return undefined;
    if (!hasWaited) onWait(owner.pid);
    hasWaited = true;
    await sleep(RETRY_MS);
  }
  try {
    return await use();
  } finally {
    await releaseLock(path);
  }
}
