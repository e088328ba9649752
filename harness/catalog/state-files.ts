import { userStateFolder } from "../files/user-state-folder.ts";
import { writeError } from "../files/write-error.ts";
import { UserError } from "../text/user-error.ts";

/** What was read, or the fallback if it cannot be: no command may fail because of the state folder. */
export function fallible<T>(fallback: T, read: () => T): T {
  try {
    return read();
  } catch {
    return fallback;
  }
}

/** Writes to the state folder. Never rejects; returns the problem, as a sentence, if it could not be written. */
export async function writeState(write: (folder: string) => Promise<void>): Promise<string | undefined> {
  let folder = "the state folder";
  try {
    folder = userStateFolder();
    await write(folder);
    return undefined;
  } catch (error) {
    return error instanceof UserError ? error.message : writeError(folder, error, "").message;
  }
}
