import { createHash } from "node:crypto";
import { appendFile, readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { AdapterChoice } from "../adapter/adapter.ts";
import { makeFolder } from "../files/make-folder.ts";
import { userCacheFolder } from "../files/user-cache-folder.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Verdict } from "../results/verdict.ts";
import type { JudgingLimits } from "../task/limits.ts";
import { judgingCodeHash } from "./judging-code.ts";

/** The conditions of a verdict, apart from the submission and the judging code. */
export interface JudgingConditions {
  readonly seed: string;
  readonly adapter: Pick<AdapterChoice, "name" | "kind" | "description" | "driver">;
  readonly limits: JudgingLimits;
}

/** An attempt judged in an earlier run. */
export interface KnownAttempt {
  readonly run: string;
  readonly attempt: Attempt;
}

/** Submissions are judged task by task, several at once: the files of other tasks need not be in memory. */
const MOST_TASKS_IN_MEMORY = 2;
/** The version of the files' format. */
const FORMAT = 2;
/** The size limit of the cache. An attempt takes about 20 kB: this is enough for hundreds of full runs. */
const MOST_BYTES = 256 * 2 ** 20;

/**
 * Reproducible verdicts. The others depend on the machine's load or memory, or do not judge the submission.
 */
const LASTING: readonly Verdict[] = [
  "accepted",
  "wrong-answer",
  "imprecise",
  "compile-error",
  "plan-error",
  "unsupported",
];

export function isLasting({ verdict, cases }: Attempt): boolean {
  return cases.length > 0 && [verdict, ...cases.map((one) => one.verdict)].every((one) => LASTING.includes(one));
}

/**
 * Earlier verdicts, in the user's cache: a file for each task under each set of conditions, a line for each attempt.
 * Each line begins with a hash of its rest. Only this user can write there, and kernels' processes cannot.
 */
export class AttemptCache {
  readonly #conditions: JudgingConditions;
  readonly #run: string;
  readonly #onDamage: (path: string) => void;
  readonly #folder: string;
  /** Of the tasks read last. */
  readonly #files = new Map<string, Promise<TaskFile>>();
  /** Files that were reported. */
  readonly #damaged = new Set<string>();

  /**
   * @param run its name, stored so that reused attempts can show it
   * @param onDamage called for a file with damaged lines, which are ignored
   */
  constructor(
    conditions: JudgingConditions,
    run: string,
    onDamage: (path: string) => void,
    folder = join(userCacheFolder(), "attempts"),
  ) {
    this.#conditions = conditions;
    this.#run = run;
    this.#onDamage = onDamage;
    this.#folder = folder;
  }

  /** Whether any attempt at a task was judged under these conditions. */
  async knows(task: string): Promise<boolean> {
    return (await this.#file(task)).known.size > 0;
  }

  /** @param hash of the submission's files */
  async find(task: string, file: string, hash: string): Promise<KnownAttempt | undefined> {
    return (await this.#file(task)).known.get(keyOf({ file, hash }));
  }

  /** Attempts of submissions whose entry module has this text. */
  async withModule(task: string, file: string, text: string): Promise<readonly KnownAttempt[]> {
    return (await this.#file(task)).byModule.get(moduleKey(file, text)) ?? [];
  }

  /** Never throws: without a writable folder, everything is judged each time. */
  async keep(attempt: Attempt): Promise<void> {
    if (!isLasting(attempt)) return;
    const path = this.#pathOf(attempt.task);
    const known: KnownAttempt = { run: this.#run, attempt };
    const text = JSON.stringify(known, tagFloat);
    try {
      await makeFolder(this.#folder, 0o700);
      await appendFile(path, `${checksum(text)} ${text}\n`, { mode: 0o600 });
    } catch {}
  }

  /** Deletes the least recently used files above the size limit. */
  async prune(mostBytes = MOST_BYTES): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        const { size, mtimeMs } = await stat(path).catch(() => ({ size: 0, mtimeMs: 0 }));
        return { path, size, mtimeMs };
      }),
    );
    let total = 0;
    for (const { path, size } of files.sort((a, b) => b.mtimeMs - a.mtimeMs)) {
      total += size;
      if (total > mostBytes) await rm(path, { force: true });
    }
  }

  #file(task: string): Promise<TaskFile> {
    let file = this.#files.get(task);
    if (file === undefined) {
      file = this.#read(task);
      this.#files.set(task, file);
      if (this.#files.size > MOST_TASKS_IN_MEMORY) this.#files.delete(this.#files.keys().next().value!);
    }
    return file;
  }

  #pathOf(task: string): string {
    const { seed, adapter, limits } = this.#conditions;
    const { name, kind, description, driver } = adapter;
    const key = JSON.stringify([FORMAT, task, judgingCodeHash(task), seed, name, kind, description, driver, limits]);
    return join(this.#folder, `${task}-${checksum(key).slice(0, 32)}.jsonl`);
  }

  async #read(task: string): Promise<TaskFile> {
    const path = this.#pathOf(task);
    const text = await readFile(path, "utf8").catch(() => "");
    const known = new Map<string, KnownAttempt>();
    if (text === "") return { known, byModule: new Map() };
    let isDamaged = false;
    for (const line of text.split("\n")) {
      if (line === "") continue;
      const found = parseLine(line);
      if (found?.attempt.task === task) known.set(keyOf(found.attempt), found);
      else isDamaged = true;
    }
    if (isDamaged && !this.#damaged.has(path)) this.#onDamage(path);
    if (isDamaged) this.#damaged.add(path);
    const now = new Date();
    await utimes(path, now, now).catch(() => {});
    return { known, byModule: byModule(known.values()) };
  }
}

interface TaskFile {
  readonly known: Map<string, KnownAttempt>;
  readonly byModule: ReadonlyMap<string, readonly KnownAttempt[]>;
}

function byModule(known: Iterable<KnownAttempt>): Map<string, KnownAttempt[]> {
  const found = new Map<string, KnownAttempt[]>();
  for (const one of known) {
    const { file, files } = one.attempt;
    const module = files.find(({ name }) => name === file);
    if (module === undefined) continue;
    const key = moduleKey(file, module.text);
    found.set(key, [...(found.get(key) ?? []), one]);
  }
  return found;
}

function moduleKey(file: string, text: string): string {
  return JSON.stringify([file, text]);
}

/** A line with a valid hash was written by this very code, whose hash is in the file's name: no need to validate it. */
function parseLine(line: string): KnownAttempt | undefined {
  const text = line.slice(line.indexOf(" ") + 1);
  if (line !== `${checksum(text)} ${text}`) return undefined;
  return JSON.parse(text, text.includes(FLOAT) ? untagFloat : undefined);
}

/** The only member of an object that represents a number which JSON lacks. */
const FLOAT = "kernelmark:float";

function tagFloat(_name: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? { [FLOAT]: String(value) } : value;
}

function untagFloat(_name: string, value: unknown): unknown {
  return typeof value === "object" && value !== null && FLOAT in value ? Number(value[FLOAT]) : value;
}

function keyOf({ file, hash }: Pick<Attempt, "file" | "hash">): string {
  return `${hash} ${file}`;
}

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
