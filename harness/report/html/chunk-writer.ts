import type { Attempt } from "../../results/attempt.ts";
import { attemptDetail } from "./attempt-detail.ts";
import type { AttemptDetail, Chunk, SourceText } from "./index-data.ts";

/** Characters after which a chunk ends: few enough to unpack fast, many enough to compress well. */
const CHUNK_LENGTH = 1_000_000;

/** Puts attempts into chunks, and each distinct file once into a chunk. */
export class ChunkWriter {
  readonly #chunks: Chunk[] = [];
  #files = new Map<string, SourceText>();
  #attempts: { readonly attempt: Attempt; readonly files: readonly string[] }[] = [];
  #length = 0;

  /** The attempt's future place. */
  add(attempt: Attempt): { readonly chunk: number; readonly place: number } {
    if (this.#length > CHUNK_LENGTH) this.#end();
    const files = attempt.files.map((file) => this.#addFile(file));
    this.#length += CASE_LENGTH * attempt.cases.length;
    return { chunk: this.#chunks.length, place: this.#attempts.push({ attempt, files }) - 1 };
  }

  finish(): readonly Chunk[] {
    this.#end();
    return this.#chunks;
  }

  #addFile({ name, text }: SourceText): string {
    const key = JSON.stringify([name, text]);
    if (!this.#files.has(key)) {
      this.#files.set(key, { name, text });
      this.#length += key.length;
    }
    return key;
  }

  /** Files of the same name are adjacent, since they resemble each other more than those of one candidate. */
  #end(): void {
    if (this.#attempts.length === 0) return;
    const files = [...this.#files].sort(([, a], [, b]) => (a.name < b.name ? -1 : Number(a.name > b.name)));
    const places = new Map(files.map(([key], place) => [key, place]));
    const attempts = this.#attempts.map(({ attempt, files: own }): AttemptDetail => {
      const ownPlaces = own.map((key) => places.get(key)!);
      return attemptDetail(attempt, ownPlaces);
    });
    this.#chunks.push({ files: files.map(([, file]) => file), attempts });
    this.#files = new Map();
    this.#attempts = [];
    this.#length = 0;
  }
}

/** The approximate size of a case, in characters. */
const CASE_LENGTH = 200;
