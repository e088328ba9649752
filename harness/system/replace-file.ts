import { renameSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

// On Windows, a virus scanner, an indexer or an editor may have opened a file a moment ago, and then it can be neither
// replaced nor deleted. It is tried again for two seconds; a file that really may not be written costs these.

const PAUSES_MS: readonly number[] = [10, 20, 50, 100, 200, 300, 400, 400, 500];
const HELD_CODES: readonly unknown[] = ["EPERM", "EACCES", "EBUSY"];

/** Whether the error may be due to another program that has the file open. */
export function isHeld(error: unknown, platform: NodeJS.Platform = process.platform): boolean {
  return platform === "win32" && HELD_CODES.includes((error as NodeJS.ErrnoException).code);
}

/** Runs a file operation, again while another program holds the file. */
export async function whileHeld<T>(operation: () => T | Promise<T>, pausesMs = PAUSES_MS): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await operation();
    } catch (error) {
      if (!isHeld(error)) throw error;
    }
    await sleep(pauseMs);
  }
  return operation();
}

const bell = new Int32Array(new SharedArrayBuffer(4));

/** The same for a process that may wait, since it has nothing else to do. */
export function whileHeldSync<T>(operation: () => T, pausesMs = PAUSES_MS): T {
  for (const pauseMs of pausesMs) {
    try {
      return operation();
    } catch (error) {
      if (!isHeld(error)) throw error;
    }
    Atomics.wait(bell, 0, 0, pauseMs);
  }
  return operation();
}

/** Renames a file, and replaces another by it. */
export function replaceFile(from: string, to: string): Promise<void> {
  return whileHeld(() => renameSync(from, to));
}

export function replaceFileSync(from: string, to: string): void {
  whileHeldSync(() => renameSync(from, to));
}

/** Deletes a temporary folder as far as possible: on Windows, not while a process works in it. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: PAUSES_MS.length, retryDelay: 50 }).catch(() => {});
}
