import { currentSystem } from "../system/current-system.ts";
import { UserError } from "../text/user-error.ts";

/** Caused by the machine's state rather than by a mistake of ours or the user's. */
const BARRED_CODES: readonly unknown[] = ["EACCES", "EPERM", "EROFS"];
const SHORT_CODES: readonly unknown[] = ["EMFILE", "ENFILE"];

/** Turns a system error that was not handled elsewhere into a message for users; undefined for an internal error. */
export function systemError(error: unknown): UserError | undefined {
  const { code, path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (SHORT_CODES.includes(code)) return new UserError(`Too many files are open (${code}).`, OPEN_FILES_HINT);
  // An inherited descriptor is above the current limit.
  if (code === "EINVAL" && syscall === "spawn") {
    return new UserError("Cannot start a process: the limit on open files is too low (EINVAL).", OPEN_FILES_HINT);
  }
  if (path === undefined || ![...FULL_CODES, ...BARRED_CODES].includes(code)) return undefined;
  return writeError(path, error, "repeat the command.");
}

const OPEN_FILES_HINT =
  currentSystem() === "windows"
    ? "Close other programs, then repeat the command."
    : "Raise the limit, for example with `ulimit -n 1024`, then repeat the command.";

const FULL_CODES: readonly unknown[] = ["ENOSPC", "EDQUOT", "EFBIG"];

/**
 * The error for a file that cannot be written.
 *
 * @param then the next step once that is fixed
 */
export function writeError(path: string, error: unknown, then: string): UserError {
  const { code } = error as NodeJS.ErrnoException;
  if (FULL_CODES.includes(code)) {
    return new UserError(`The disk is full: ${path} cannot be written.`, `Free some space, then ${then}`);
  }
  return new UserError(
    `${path} cannot be written (${code ?? error}).`,
    `Fix its permissions or the disk, then ${then}`,
  );
}
