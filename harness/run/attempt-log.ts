import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { Line } from "../files/lines.ts";
import { writeError } from "../files/write-error.ts";
import type { Attempt } from "../results/attempt.ts";
import { jsonFloat } from "../results/json-float.ts";
import { UserError } from "../text/user-error.ts";
import { AttemptFile } from "./attempt-file.ts";

const LOG_FILE = "attempts.jsonl";

/** A run's log: one attempt per line, flushed to disk before it counts. Later measurements are added in a new line. */
export class RunLog {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #attempts: AttemptFile;
  /** Bytes that are certainly on disk. */
  #length: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle, attempts: AttemptFile, length: number) {
    this.#path = path;
    this.#file = file;
    this.#attempts = attempts;
    this.#length = length;
  }

  /** Opens a run's log for appending. Truncates a last line torn by a crash. */
  static async open(folder: string): Promise<RunLog> {
    const path = join(folder, LOG_FILE);
    try {
      const file = await open(path, "a+");
      const { size } = await file.stat();
      const whole = await lengthOfWholeLines(file, size);
      if (whole < size) await file.truncate(whole);
      return new RunLog(path, file, await AttemptFile.open(path), whole);
    } catch (error) {
      throw writeError(path, error, GO_ON);
    }
  }

  /**
   * Returns once the attempt is on disk. Attempts that arrive during a write are written together afterwards.
   *
   * @returns the attempt, with its details left in the log
   * @throws UserError if the disk is full; earlier attempts stay intact
   */
  add(attempt: Attempt): Promise<Attempt> {
    const line = Buffer.from(`${JSON.stringify(attempt, jsonFloat)}\n`);
    const written = new Promise<number>((resolve, reject) => this.#waiting.push({ line, resolve, reject }));
    this.#writing = this.#writing.then(() => this.#writeWaiting());
    return written.then((start) => this.#attempts.stored(attempt, { start, length: line.length - 1 }));
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #writeWaiting(): Promise<void> {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    try {
      await this.#file.appendFile(Buffer.concat(batch.map(({ line }) => line)));
      await this.#file.datasync();
    } catch (error) {
      // A partial line would corrupt the next one written once there is space again.
      await this.#file.truncate(this.#length).catch(() => {});
      const failure = writeError(this.#path, error, GO_ON);
      for (const { reject } of batch) reject(failure);
      return;
    }
    for (const { line, resolve } of batch) {
      resolve(this.#length);
      this.#length += line.length;
    }
  }
}

/** A line to be written. */
interface Waiting {
  readonly line: Buffer;
  /** Called with its place in the log, in bytes. */
  readonly resolve: (start: number) => void;
  readonly reject: (error: unknown) => void;
}

const BLOCK = 2 ** 16;

/** The length of a file up to its last line feed, found from its end: a log has hundreds of megabytes. */
async function lengthOfWholeLines(file: FileHandle, size: number): Promise<number> {
  for (let end = size; end > 0; end -= BLOCK) {
    const start = Math.max(end - BLOCK, 0);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(end - start), position: start });
    const at = buffer.subarray(0, bytesRead).lastIndexOf("\n");
    if (at >= 0) return start + at + 1;
  }
  return 0;
}

const GO_ON = "continue with --resume: no graded submission is lost.";

/**
 * The attempts in a run's log, the last of each candidate and task, with their details left in it ({@link AttemptFile}).
 * Omits a last line torn by a crash: it does not count yet.
 *
 * @throws UserError if an earlier line is damaged
 */
export async function readLog(folder: string): Promise<Attempt[]> {
  const path = join(folder, LOG_FILE);
  const attempts = new Map<string, Attempt>();
  let number = 0;
  try {
    const file = await AttemptFile.open(path);
    for await (const line of file.lines()) {
      number++;
      if (line.text === "\n" || !line.text.endsWith("\n")) continue;
      const attempt = attemptOn(line, file);
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

function attemptOn(line: Line, file: AttemptFile): Attempt | undefined {
  try {
    return file.parse(line);
  } catch {
    return undefined;
  }
}
