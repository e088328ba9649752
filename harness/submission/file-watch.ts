import { type BigIntStats, promises } from "node:fs";
import { join } from "node:path";

/**
 * A submission is a handful of files, so they are polled: that also works on network drives, in containers, and with
 * every way in which editors replace files.
 */
const LOOK_EVERY_MS = 40;
/** A missing or empty file is probably being written. */
const PATIENCE_MS = 500;

/** `missing`, `empty`, or a text that changes when the file is written or replaced. */
type State = string;

/** Watches a few files of a folder by polling. */
export class FileWatch {
  readonly #folder: string;
  readonly #signal: AbortSignal;
  readonly #patienceMs: number;
  readonly #known = new Map<string, State>();
  /** Names that have existed. Others are mostly alternative spellings, and not waited for. */
  readonly #expected = new Set<string>();

  constructor(folder: string, signal: AbortSignal, patienceMs = PATIENCE_MS) {
    this.#folder = folder;
    this.#signal = signal;
    this.#patienceMs = patienceMs;
  }

  /**
   * Watches these files too, starting from their present state.
   *
   * @param paths relative to the folder; the files need not exist
   * @returns whether some of them were not watched yet
   */
  async add(paths: readonly string[]): Promise<boolean> {
    const added = paths.filter((path) => !this.#known.has(path));
    for (const path of added) this.#note(path, await this.#look(path));
    return added.length > 0;
  }

  /** Resolves to true when a save seems complete, and to false if the signal came first. */
  async change(): Promise<boolean> {
    let waitedMs = 0;
    let isChanging = false;
    while (!this.#signal.aborted) {
      const changed = await this.#changed();
      if (changed) {
        isChanging = true;
        waitedMs = 0;
      } else if (isChanging && (this.#unfinished().length === 0 || waitedMs >= this.#patienceMs)) {
        // Unchanged since the last poll, so writing has finished. Files that are missing now were deleted.
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

  /** Whether any file differs from its known state, which it updates. */
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
