import { fromColumns } from "../columns.ts";

/** Unpacks a value that `packedData` put into the page; undefined if there is none. */
export async function unpack<T>(id: string): Promise<T | undefined> {
  let element = document.getElementById(id);
  // The end of a long page may not be parsed yet.
  if (element === null && document.readyState === "loading") {
    await new Promise((settle) => document.addEventListener("DOMContentLoaded", settle, { once: true }));
    element = document.getElementById(id);
  }
  if (element === null) return undefined;
  const letters = atob(element.textContent.trim());
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return fromColumns(await new Response(stream).json()) as T;
}
