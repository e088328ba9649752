import { readdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { lockOwner, releaseLock, takeLock } from "../files/lock-file.ts";
import { makeFolder } from "../files/make-folder.ts";
import { ownIdentity, type ProcessIdentity } from "../files/process-identity.ts";
import { UserError } from "../text/user-error.ts";
import { RUN_LOCK, refuseFrozen } from "./frozen-run.ts";

/** A run's folder, locked by this process until it is released. */
export interface HeldFolder {
  readonly path: string;
  release(): Promise<void>;
}

/**
 * Creates a run's folder, or takes an existing one, and locks it.
 *
 * @param isResumed whether the folder may already contain a run
 * @throws UserError if it cannot be written, is frozen, contains a run that is not to be resumed, or is in use
 */
export async function holdRunFolder(path: string, isResumed: boolean): Promise<HeldFolder> {
  await refuseFrozen(path);
  await makeFolder(path).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`The folder ${path} cannot be made (${error.code}).`, "Choose another with --out.");
  });
  const found = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`The folder ${path} cannot be read (${error.code}).`, "Fix its permissions.");
  });
  if (!isResumed && found.some((name) => name === "results.json" || name === "attempts.jsonl")) {
    throw new UserError(`${path} already contains a run.`, `Resume it with --resume ${path}, or choose another --out.`);
  }
  const lock = join(path, RUN_LOCK);
  // The reports' disk may be shared by several machines.
  const owner = await takeLock(lock, { ...ownIdentity(), host: hostname() }).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`Nothing can be written to ${path} (${error.code}).`, writeFix(error));
  });
  if (owner !== undefined) throw inUse(path, owner);
  return { path, release: () => releaseLock(lock) };
}

/** The process that is writing a run to a folder; undefined if there is none. */
export async function writerOf(path: string): Promise<ProcessIdentity | undefined> {
  return lockOwner(join(path, RUN_LOCK)).catch(() => undefined);
}

function writeFix({ code }: NodeJS.ErrnoException): string {
  if (code === "ENOSPC" || code === "EDQUOT") return "The disk is full: free some space, or choose another --out.";
  return "Fix its permissions, or choose another --out.";
}

function inUse(folder: string, { pid, host }: ProcessIdentity): UserError {
  if (host === undefined || host === hostname()) {
    return new UserError(
      `${folder} is in use by another run (process ${pid}).`,
      "Wait for it to end, or choose another folder with --out.",
    );
  }
  return new UserError(
    `${folder} is in use by a run on another machine (process ${pid} on ${host}).`,
    `Wait for it to end; if it was killed, delete ${join(folder, RUN_LOCK)} and continue with --resume.`,
  );
}
