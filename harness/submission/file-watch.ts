import { type BigIntStats, promises } from "node:fs";
import { join } from "node:path";

/**
 * Times in milliseconds. A submission is a handful of files, so they are looked at instead of waiting to be told:
 * that also works on network drives and in containers, and whatever way an editor has to replace a file.
 */
const LOOK_EVERY_MS = 40;
/** A file that is gone or empty is probably being written. */
const PATIENCE_MS = 500;

/** `missing`, `empty`, or what changes whenever somebody writes the file, or puts another in its place. */
type State = string;

/** Watches a few files of a folder, by looking at them again and again. */
export class FileWatch {
  readonly #folder: string;
  readonly #signal: AbortSignal;
  readonly #patienceMs: number;
  readonly #known = new Map<string, State>();
  /** Names that were missing when they were first looked for are other spellings, mostly, and not waited for. */
  readonly #expected = new Set<string>();

  constructor(folder: string, signal: AbortSignal, patienceMs = PATIENCE_MS) {
    this.#folder = folder;
    this.#signal = signal;
    this.#patienceMs = patienceMs;
  }

  /**
   * Watches these files too, from the state that they have now.
   *
   * @param paths relative to the folder; nothing need be there
   * @returns whether some of them were not watched yet
   */
  async add(paths: readonly string[]): Promise<boolean> {
    const added = paths.filter((path) => !this.#known.has(path));
    for (const path of added) this.#note(path, await this.#look(path));
    return added.length > 0;
  }

  /** Resolves when something was saved, and is whole as far as one can see; false where the signal came first. */
  async change(): Promise<boolean> {
    let waitedMs = 0;
    let isChanging = false;
    while (!this.#signal.aborted) {
      const changed = await this.#changed();
      if (changed) {
        isChanging = true;
        waitedMs = 0;
      } else if (isChanging && (this.#unfinished().length === 0 || waitedMs >= this.#patienceMs)) {
        // Still the same as a moment ago: whoever wrote it has finished. What is not there now was taken away.
        for (const path of this.#unfinished()) this.#expected.delete(path);
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      waitedMs += LOOK_EVERY_MS;
    }
    return false;
  }

  #unfinished(): string[] {
    return [...this.#expected].filter((path) => ["missing", "empty"].includes(this.#known.get(path)!));
  }

  /** Whether any file differs from what was known; afterwards that is known. */
  async #changed(): Promise<boolean> {
    let isChanged = false;
    for (const [path, known] of this.#known) {
      const state = await this.#look(path);
      if (state === known) continue;
      this.#note(path, state);
      isChanged = true;
    }
    return isChanged;
  }

  #note(path: string, state: State): void {
    this.#known.set(path, state);
    if (state !== "missing") this.#expected.add(path);
  }

  async #look(path: string): Promise<State> {
    let stats: BigIntStats;
    try {
      stats = await promises.stat(join(this.#folder, path), { bigint: true });
    } catch {
      return "missing";
    }
    return stats.size === 0n ? "empty" : `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
  }
}
