import { stringify } from "csv-stringify/sync";
import { COLLECTED_COLUMNS, type CollectedEntry } from "../../intake/collected-file.ts";
import { csvText } from "./csv-text.ts";

/** The mapping of a download, for a spreadsheet and for `readCollected`. The mark in front shows Excel that it is UTF-8. */
export function formatCollected(entries: readonly CollectedEntry[]): string {
  const rows = entries.map((entry) => COLLECTED_COLUMNS.map((column) => csvText(entry[column])));
  return stringify([COLLECTED_COLUMNS, ...rows], { bom: true });
}
