import { UserError } from "../text/user-error.ts";

/** What the machine's state causes, and neither a mistake of ours nor of the user's. */
const BARRED_CODES: readonly unknown[] = ["EACCES", "EPERM", "EROFS"];
const SHORT_CODES: readonly unknown[] = ["EMFILE", "ENFILE"];

/** Finds words for what the system refused, where nobody did so before; undefined for a fault of ours. */
export function systemError(error: unknown): UserError | undefined {
  const { code, path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (SHORT_CODES.includes(code)) return new UserError(`Too many files are open (${code}).`, OPEN_FILES_HINT);
  // A descriptor that this process was started with lies beyond what it may use now.
  if (code === "EINVAL" && syscall === "spawn") {
    return new UserError("No process can be started with so few open files (EINVAL).", OPEN_FILES_HINT);
  }
  if (path === undefined || ![...FULL_CODES, ...BARRED_CODES].includes(code)) return undefined;
  return writeError(path, error, "repeat the command.");
}

const OPEN_FILES_HINT = "Allow more, for example by `ulimit -n 1024`, then repeat the command.";

const FULL_CODES: readonly unknown[] = ["ENOSPC", "EDQUOT", "EFBIG"];

/**
 * What to say where a file cannot be written.
 *
 * @param then what to do once that is mended
 */
export function writeError(path: string, error: unknown, then: string): UserError {
  const { code } = error as NodeJS.ErrnoException;
  if (FULL_CODES.includes(code)) {
    return new UserError(`The disk is full: ${path} cannot be written.`, `Make room, then ${then}`);
  }
  return new UserError(
    `${path} cannot be written (${code ?? error}).`,
    `Mend its permissions, or the disk; then ${then}`,
  );
}
