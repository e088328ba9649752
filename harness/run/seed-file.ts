import { readTextFile } from "../files/text-file.ts";
import { UserError } from "../text/user-error.ts";

/**
 * Reads a seed from a file: its only line.
 *
 * @throws UserError if there is no such file, or it does not contain one line
 */
export async function readSeedFile(file: string): Promise<string> {
  const text = await readTextFile(file, { unreadable: NEW_SEED, notUtf8: NEW_SEED });
  const seed = text.trim();
  if (seed !== "" && !seed.includes("\n")) return seed;
  throw new UserError(`${file} must contain one line, the seed; it has ${seed === "" ? "none" : "several"}.`, NEW_SEED);
}

const NEW_SEED = "Write a new seed: openssl rand -hex 16 > seed.txt";
