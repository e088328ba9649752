import { type FileHandle, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeError } from "../files/write-error.ts";
import type { Attempt } from "../results/attempt.ts";
import { jsonFloat } from "../results/json-float.ts";
import { UserError } from "../text/user-error.ts";

const LOG_FILE = "attempts.jsonl";

/** A run's log: one attempt a line, flushed to the disk before it counts. What is measured later stands in a new line. */
export class RunLog {
  readonly #path: string;
  readonly #file: FileHandle;
  /** Bytes that are on the disk for certain. */
  #length: number;
  #waiting: { readonly line: string; readonly settle: (error?: unknown) => void }[] = [];
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle, length: number) {
    this.#path = path;
    this.#file = file;
    this.#length = length;
  }

  /** Opens a run's log to add to it. A last line that was torn by a crash is cut off first. */
  static async open(folder: string): Promise<RunLog> {
    const path = join(folder, LOG_FILE);
    try {
      const file = await open(path, "a+");
      const bytes = await file.readFile();
      const whole = bytes.lastIndexOf("\n") + 1;
      if (whole < bytes.length) await file.truncate(whole);
      return new RunLog(path, file, whole);
    } catch (error) {
      throw writeError(path, error, GO_ON);
    }
  }

  /**
   * Returns when the attempt is on the disk. Attempts that come while others are written are then written together.
   *
   * @throws UserError where the disk takes no more; what was added before stays whole
   */
  add(attempt: Attempt): Promise<void> {
    const line = `${JSON.stringify(attempt, jsonFloat)}\n`;
    const written = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ line, settle: (error) => (error === undefined ? resolve() : reject(error)) });
    });
    this.#writing = this.#writing.then(() => this.#writeWaiting());
    return written;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #writeWaiting(): Promise<void> {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    const bytes = Buffer.from(batch.map(({ line }) => line).join(""));
    let failure: unknown;
    try {
      await this.#file.appendFile(bytes);
      await this.#file.datasync();
      this.#length += bytes.length;
    } catch (error) {
      failure = writeError(this.#path, error, GO_ON);
      // Half a line would spoil what is added once there is room again.
      await this.#file.truncate(this.#length).catch(() => {});
    }
    for (const { settle } of batch) settle(failure);
  }
}

const GO_ON = "go on with --resume: nothing that was graded is lost.";

/**
 * The attempts in a run's log, the last of each candidate and task. A last line that was torn by a crash is left out:
 * it does not count yet.
 *
 * @throws UserError where a line before is damaged: what it said cannot be known
 */
export async function readLog(folder: string): Promise<Attempt[]> {
  const path = join(folder, LOG_FILE);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new UserError(`${path} cannot be read (${error.code}).`, "Mend its permissions, or the disk.");
  });
  const attempts = new Map<string, Attempt>();
  if (text === "") return [];
  const { attemptSchema } = await import("../results/attempt-schema.ts");
  for (const [index, line] of text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .entries()) {
    if (line === "") continue;
    const attempt = parseLine(line, attemptSchema);
    if (attempt === undefined) {
      throw new UserError(
        `Line ${index + 1} of ${path} is damaged: it holds no attempt.`,
        "Restore the file from a copy; or delete that line, and --resume grades its submission again.",
      );
    }
    attempts.set(JSON.stringify([attempt.candidate, attempt.task]), attempt);
  }
  return [...attempts.values()];
}

function parseLine(line: string, schema: { parse(value: unknown): Attempt }): Attempt | undefined {
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
