import { readFile } from "node:fs/promises";
import { UserError } from "../text/user-error.ts";

/** Hints for files that cannot be read or are not text. */
export interface TextFileHints {
  readonly unreadable: string;
  readonly notUtf8: string;
}

/** @throws UserError if there is no such file, or it is not UTF-8 */
export async function readTextFile(file: string, hints: TextFileHints): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem = code === "ENOENT" ? `There is no file ${file}.` : `${file} cannot be read (${code}).`;
    throw new UserError(problem, hints.unreadable);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${file} is not UTF-8 text.`, hints.notUtf8);
  }
}
