import { group } from "d3-array";

/** What browsers and platforms add to the name of a second or late submission. */
const ADDED = /([ _-]*(\(\d+\)|\b(late|copy|final)\b))+$/;

/**
 * Groups of candidates whose names look the same to a reader, or to a file system that ignores case, or differ only in
 * what platforms add: `hugo`, `hugo (1)`, `hugo_LATE`.
 */
export function lookAlikes(candidates: readonly string[]): string[][] {
  const plain = (name: string) => name.normalize("NFKC").toLowerCase().replaceAll("_", " ").replace(ADDED, "");
  return [...group(candidates, plain).values()].filter((alike) => alike.length > 1);
}
