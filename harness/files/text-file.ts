import { readFile } from "node:fs/promises";
import { UserError } from "../text/user-error.ts";

/** Hints for files that cannot be read or are not text. */
export interface TextFileHints {
  readonly unreadable: string;
  readonly notUtf8: string;
}

/** Encodings that a byte order mark names; `TextDecoder` removes the mark. */
const MARKED: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/**
 * Reads UTF-8, or UTF-16 with a byte order mark, as spreadsheets write it.
 *
 * @throws UserError if there is no such file, or it is neither
 */
export async function readTextFile(file: string, hints: TextFileHints): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem = code === "ENOENT" ? `There is no file ${file}.` : `${file} cannot be read (${code}).`;
    throw new UserError(problem, hints.unreadable);
  }
  const [encoding] = MARKED.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte)) ?? ["utf-8"];
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${file} is not UTF-8 text.`, hints.notUtf8);
  }
}
