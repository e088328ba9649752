import { parseCsvTable } from "../files/csv-rows.ts";
import { readTextFile } from "../files/text-file.ts";

const COLUMNS = ["candidate", "from", "received", "late", "name", "email", "login", "id", "status", "note"] as const;

/** A line of `collected.csv`: a hand-in, and where it came from. Unknown fields are empty. */
export type CollectedEntry = Readonly<Record<(typeof COLUMNS)[number], string>>;

/** @throws UserError if there is no such file, or it is not CSV */
export async function readCollected(file: string): Promise<CollectedEntry[]> {
  const text = await readTextFile(file, {
    unreadable: "Write it again with `kernelmark collect`.",
    notUtf8: "Save it as CSV UTF-8 in your spreadsheet.",
  });
  return parseCsvTable(text, file, COLUMNS).records.map(({ cells }) => cells);
}
