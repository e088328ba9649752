import { type FileHandle, open, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { jsonFloat } from "../report/json-float.ts";
import { attemptSchema } from "../report/results-schema.ts";
import type { Attempt } from "./attempt.ts";

const LOG_FILE = "attempts.jsonl";

/** A run's log: one attempt a line, flushed to the disk before it counts. What is measured later stands in a new line. */
export class RunLog {
  readonly #file: FileHandle;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Opens a run's log to add to it. A last line that was torn by a crash is cut off first. */
  static async open(folder: string): Promise<RunLog> {
    const path = join(folder, LOG_FILE);
    const text = await readFile(path, "utf8").catch(() => "");
    const whole = text.lastIndexOf("\n") + 1;
    if (whole < text.length) await truncate(path, Buffer.byteLength(text.slice(0, whole)));
    return new RunLog(await open(path, "a"));
  }

  /** Returns when the attempt is on the disk. */
  async add(attempt: Attempt): Promise<void> {
    const line = `${JSON.stringify(attempt, jsonFloat)}\n`;
    const written = this.#last.then(async () => {
      await this.#file.appendFile(line);
      await this.#file.datasync();
    });
    this.#last = written.catch(() => {});
    await written;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
  }
}

/** The attempts in a run's log, the last of each candidate and task; a torn last line is left out. */
export async function readLog(folder: string): Promise<Attempt[]> {
  const text = await readFile(join(folder, LOG_FILE), "utf8").catch(() => "");
  const attempts = new Map<string, Attempt>();
  for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
    if (line === "") continue;
    const attempt = attemptSchema.parse(JSON.parse(line));
    attempts.set(JSON.stringify([attempt.candidate, attempt.task]), attempt);
  }
  return [...attempts.values()];
}
