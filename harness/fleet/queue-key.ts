import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { readTextFile } from "../files/text-file.ts";
import { writeError } from "../files/write-error.ts";
import { UserError } from "../text/user-error.ts";

/** 128 bits in hexadecimal. */
const FEWEST_CHARACTERS = 32;

/** The secret that the machines of a queue share: who has it can make verdicts. */
export class QueueKey {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** The key that signs the jobs and verdicts of one run, so that those of another run are not valid in it. */
  ofRun(id: string): Buffer {
    return Buffer.from(hkdfSync("sha256", this.#secret, id, "kernelmark run", 32));
  }

  /** The key that signs the announcements of runs and workers. */
  ofAnnouncements(): Buffer {
    return Buffer.from(hkdfSync("sha256", this.#secret, "", "kernelmark announcements", 32));
  }

  /** Shows which key a queue uses, without revealing it. */
  fingerprint(): string {
    return createHmac("sha256", this.#secret).update("kernelmark queue").digest("hex");
  }
}

/** @throws UserError if there is no such file, or it is too short to be a key */
export async function readQueueKey(file: string): Promise<QueueKey> {
  const fix = "Copy the key file from the machine that runs `grade --queue`.";
  const secret = (await readTextFile(file, { unreadable: fix, notUtf8: fix })).trim();
  if (secret.length >= FEWEST_CHARACTERS) return new QueueKey(secret);
  throw new UserError(
    `The key in ${file} has ${secret.length} characters, but needs at least ${FEWEST_CHARACTERS}.`,
    `Write a new one: openssl rand -hex 32 > ${file}`,
  );
}

/**
 * Reads a key, or writes a new one if there is no such file.
 *
 * @returns whether it is new
 * @throws UserError if it cannot be read or written
 */
export async function readOrMakeQueueKey(file: string): Promise<{ readonly key: QueueKey; readonly isNew: boolean }> {
  try {
    const handle = await open(file, "wx", 0o600);
    await handle.writeFile(`${randomBytes(32).toString("hex")}\n`);
    await handle.close();
    return { key: await readQueueKey(file), isNew: true };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST") throw code === undefined ? error : writeError(file, error, "repeat the command.");
    return { key: await readQueueKey(file), isNew: false };
  }
}
