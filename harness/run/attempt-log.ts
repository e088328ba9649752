import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { linesOf } from "../files/lines.ts";
import { writeError } from "../files/write-error.ts";
import type { Attempt } from "../results/attempt.ts";
import { jsonFloat } from "../results/json-float.ts";
import { UserError } from "../text/user-error.ts";

const LOG_FILE = "attempts.jsonl";

/** A run's log: one attempt per line, flushed to disk before it counts. Later measurements are added in a new line. */
export class RunLog {
  readonly #path: string;
  readonly #file: FileHandle;
  /** Bytes that are certainly on disk. */
  #length: number;
  #waiting: { readonly line: string; readonly settle: (error?: unknown) => void }[] = [];
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle, length: number) {
    this.#path = path;
    this.#file = file;
    this.#length = length;
  }

  /** Opens a run's log for appending. Truncates a last line torn by a crash. */
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
   * Returns once the attempt is on disk. Attempts that arrive during a write are written together afterwards.
   *
   * @throws UserError if the disk is full; earlier attempts stay intact
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
      // A partial line would corrupt the next one written once there is space again.
      await this.#file.truncate(this.#length).catch(() => {});
    }
    for (const { settle } of batch) settle(failure);
  }
}

const GO_ON = "continue with --resume: no graded submission is lost.";

/**
 * The attempts in a run's log, the last of each candidate and task. Omits a last line torn by a crash: it does not
 * count yet.
 *
 * @throws UserError if an earlier line is damaged
 */
export async function readLog(folder: string): Promise<Attempt[]> {
  const path = join(folder, LOG_FILE);
  const attempts = new Map<string, Attempt>();
  const { attemptSchema } = await import("../results/attempt-schema.ts");
  let number = 0;
  try {
    for await (const line of linesOf(path)) {
      number++;
      if (line === "\n" || !line.endsWith("\n")) continue;
      const attempt = parseLine(line, attemptSchema);
      if (attempt === undefined) {
        throw new UserError(
          `Line ${number} of ${path} is damaged: it is not an attempt.`,
          "Restore the file from a copy, or delete that line: --resume then grades its submission again.",
        );
      }
      attempts.set(JSON.stringify([attempt.candidate, attempt.task]), attempt);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    if (code === undefined) throw error;
    throw new UserError(`${path} cannot be read (${code}).`, "Fix its permissions or the disk.");
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
