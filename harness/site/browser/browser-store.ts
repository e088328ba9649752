import { useEffect, useState } from "preact/hooks";
import type { SubmissionTexts } from "../site-data.ts";
import { hasSameFiles, isRecord, isTexts, readVersions, type Version, withVersion } from "./versions.ts";

const PREFIX = "kernelmark/";

/**
 * What this browser keeps: for each task, the editors' texts (`work`), the number of hints shown, and versions; and when
 * tasks were solved. Without storage, or once it is full, things last until the page closes.
 */
export class BrowserStore {
  readonly #storage: Storage | undefined;
  /** Values that could not be stored. */
  readonly #unstored = new Map<string, unknown>();
  readonly #listeners = new Set<() => void>();

  constructor(storage: Storage | undefined) {
    this.#storage = storage;
  }

  /** Whether everything will be there tomorrow. */
  get isKept(): boolean {
    return this.#storage !== undefined && this.#unstored.size === 0;
  }

  /** @param place a task's name, or `tutorial-` and the number of a step */
  work(place: string): SubmissionTexts | undefined {
    const work = this.#read(`work/${place}`);
    return isTexts(work) ? { module: work.module, kernel: work.kernel } : undefined;
  }

  /** `undefined` removes it. */
  keepWork(place: string, work: SubmissionTexts | undefined): void {
    this.#write(`work/${place}`, work);
  }

  hintsShown(task: string): number {
    const count = this.#read(`hints/${task}`);
    return typeof count === "number" && Number.isSafeInteger(count) && count > 0 ? count : 0;
  }

  keepHintsShown(task: string, count: number): void {
    this.#write(`hints/${task}`, count);
  }

  /** The newest first. */
  versions(task: string): Version[] {
    return readVersions(this.#read(`versions/${task}`));
  }

  addVersion(task: string, version: Version): void {
    this.#write(`versions/${task}`, withVersion(this.versions(task), version));
  }

  /** Keeps texts that others are about to replace, unless a version has them. */
  keepReplaced(task: string, texts: SubmissionTexts): void {
    if (this.versions(task).some((version) => hasSameFiles(version, texts))) return;
    this.addVersion(task, { ...texts, at: new Date().toISOString(), outcome: { kind: "replaced" } });
  }

  deleteVersion(task: string, at: string): void {
    this.#write(
      `versions/${task}`,
      this.versions(task).filter((version) => version.at !== at),
    );
  }

  /** By task, when it was first accepted, in ISO 8601. */
  solvedAt(): ReadonlyMap<string, string> {
    const solved = this.#read("solved");
    if (!isRecord(solved)) return new Map();
    return new Map(Object.entries(solved).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  }

  markSolved(task: string, at: string): void {
    const solved = this.solvedAt();
    if (!solved.has(task)) this.#write("solved", Object.fromEntries([...solved, [task, at]]));
  }

  /** Removes everything, on all tasks. */
  deleteAll(): void {
    this.#unstored.clear();
    const keys = Array.from({ length: this.#storage?.length ?? 0 }, (_, place) => this.#storage!.key(place)!);
    for (const key of keys) if (key.startsWith(PREFIX)) this.#storage!.removeItem(key);
    this.#tell();
  }

  /** Calls a listener after each change, also of other tabs. Returns a function that ends this. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called when another tab has changed something. */
  changedElsewhere(): void {
    this.#tell();
  }

  #read(key: string): unknown {
    if (this.#unstored.has(key)) return this.#unstored.get(key);
    try {
      return JSON.parse(this.#storage?.getItem(PREFIX + key) ?? "null");
    } catch {
      return null;
    }
  }

  #write(key: string, value: unknown): void {
    try {
      if (this.#storage === undefined) throw new Error("no storage");
      if (value === undefined) this.#storage.removeItem(PREFIX + key);
      else this.#storage.setItem(PREFIX + key, JSON.stringify(value));
      this.#unstored.delete(key);
    } catch {
      this.#unstored.set(key, value);
    }
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** This page's store. Browsers may refuse storage to a page, or to all. */
export const store = new BrowserStore(ownStorage());
if (typeof window !== "undefined") addEventListener("storage", () => store.changedElsewhere());

function ownStorage(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/** A value of the store, which is read again after each change. */
export function useStored<T>(read: (from: BrowserStore) => T): T {
  const [, setChanges] = useState(0);
  useEffect(() => store.listen(() => setChanges((count) => count + 1)), []);
  return read(store);
}
