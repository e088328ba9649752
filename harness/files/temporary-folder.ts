import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { temporaryVariable } from "../system/environment.ts";
import { UserError } from "../text/user-error.ts";
import { isGone } from "./process-identity.ts";

const NAME = /^kernelmark-of-(\d+)-\w+$/;

/** A new empty folder that only this user can read. Its name contains the owner, for `removeAbandonedFolders`. */
export function makeTemporaryFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), `kernelmark-of-${process.pid}-`));
  } catch (error) {
    throw temporaryFolderError(error as NodeJS.ErrnoException);
  }
}

/** Turns an error of the system's temporary folder into a message for users. */
export function temporaryFolderError(error: NodeJS.ErrnoException): Error {
  if (!UNUSABLE_CODES.includes(error.code)) return error;
  const message = `Nothing can be written to ${tmpdir()}, the folder for temporary files (${error.code}).`;
  const isFull = error.code === "ENOSPC" || error.code === "EDQUOT";
  const fix = `set ${temporaryVariable()} to a folder that you can write to.`;
  return new UserError(message, isFull ? `Make room, or ${fix}` : `Create it, or ${fix}`);
}

const UNUSABLE_CODES: readonly unknown[] = ["ENOENT", "ENOTDIR", "EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT"];

/** Deletes the folders of processes that were killed before they could clean up. */
export function removeAbandonedFolders(): void {
  for (const name of temporaryNames()) {
    const pid = Number(NAME.exec(name)?.[1] ?? 0);
    if (pid === 0 || !isGone({ pid })) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // It belongs to another user, or another process is deleting it too.
    }
  }
}

function temporaryNames(): string[] {
  try {
    return readdirSync(tmpdir());
  } catch {
    // Code that needs the folder reports the error.
    return [];
  }
}
