import { UserError } from "./user-error.ts";

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
