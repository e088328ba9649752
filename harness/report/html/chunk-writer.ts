import type { Attempt } from "../../results/attempt.ts";
import { attemptDetail } from "./attempt-detail.ts";
import type { AttemptDetail, Chunk, SourceText } from "./index-data.ts";
import { packedData } from "./packed.ts";

/** Characters after which a chunk ends: few enough to unpack fast, many enough to compress well. */
const CHUNK_LENGTH = 1_000_000;

/** Puts attempts into chunks, and each distinct file once into a chunk. Packs a chunk as soon as it is full. */
export class ChunkWriter {
  readonly #chunks: string[] = [];
  #files = new Map<string, SourceText>();
  /** With the keys of their files, whose places are not known yet. */
  #attempts: { readonly detail: AttemptDetail; readonly files: readonly string[] }[] = [];
  #length = 0;

  /** The attempt's future place. */
  add(attempt: Attempt): { readonly chunk: number; readonly place: number } {
    if (this.#length > CHUNK_LENGTH) this.#end();
    const files = attempt.files.map((file) => this.#addFile(file));
    this.#length += CASE_LENGTH * attempt.cases.length;
    const detail = attemptDetail(attempt, []);
    return { chunk: this.#chunks.length, place: this.#attempts.push({ detail, files }) - 1 };
  }

  /** All chunks, as elements of the page. */
  finish(): readonly string[] {
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
    const chunk: Chunk = {
      files: files.map(([, file]) => file),
      attempts: this.#attempts.map(({ detail, files: own }) => ({
        ...detail,
        files: own.map((key) => places.get(key)!),
      })),
    };
    this.#chunks.push(packedData(`chunk-${this.#chunks.length}`, chunk));
    this.#files = new Map();
    this.#attempts = [];
    this.#length = 0;
  }
}

/** The approximate size of a case, in characters. */
const CASE_LENGTH = 200;
