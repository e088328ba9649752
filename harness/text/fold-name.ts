import removeAccents from "remove-accents";

/** A text in the form in which it is searched: without regard to case, accents and ligatures. */
export function foldName(text: string): string {
  // Most names are ASCII, and looking for accents takes a tenth of a millisecond.
  if (/^[ -~]*$/.test(text)) return text.toLowerCase();
  // Upper case first: it has no ß.
  const letters = removeAccents(text.normalize("NFKC").toUpperCase()).normalize("NFD");
  return letters.replace(/\p{M}/gu, "").toLowerCase();
}
