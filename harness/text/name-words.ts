import { foldName } from "./fold-name.ts";

const GERMAN: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ü: "ue" };

/** A text's words in lower case, without accents and apostrophes. */
export function wordsOf(text: string): string[] {
  return foldName(text)
    .replace(/['’`]/g, "")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** The same under both spellings of umlauts, `u` and `ue`; one if it has none. */
export function spellingsOf(text: string): string[][] {
  const composed = text.normalize("NFC").toLowerCase();
  const german = composed.replace(/[äöü]/g, (letter) => GERMAN[letter]!);
  return german === composed ? [wordsOf(text)] : [wordsOf(text), wordsOf(german)];
}

/** A name's words as one, in every order that begins elsewhere in it: Canvas' folders are named `lovelaceada`. */
export function joinedOrders(words: readonly string[]): string[] {
  return words.map((_, from) => [...words.slice(from), ...words.slice(0, from)].join(""));
}
