import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isGone } from "../process-identity.ts";

const NAME = /^kernelmark-of-(\d+)-\w+$/;

/** A new empty folder, which only this user can read. Its name tells whose it is, for `removeAbandonedFolders`. */
export function makeTemporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), `kernelmark-of-${process.pid}-`));
}

/** Deletes the folders of processes that were killed before they could tidy up. */
export function removeAbandonedFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(NAME.exec(name)?.[1] ?? 0);
    if (pid === 0 || !isGone({ pid })) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // Another user's, or another process is deleting it too.
    }
  }
}
