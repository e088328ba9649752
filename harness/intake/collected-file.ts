import { parse } from "csv-parse/sync";
import { readTextFile } from "../files/text-file.ts";

/** A line of `collected.csv`. Several lines with the same `from` are a team. Unknown fields are empty. */
export interface CollectedEntry {
  /** The name of the folder; empty unless the status is `collected`. */
  readonly candidate: string;
  /** The hand-in's path in the download. */
  readonly from: string;
  /** ISO 8601 with offset. */
  readonly received: string;
  /** The platform's mark. */
  readonly late: "yes" | "";
  readonly name: string;
  readonly email: string;
  readonly login: string;
  /** The platform's id of the user. */
  readonly id: string;
  readonly status: "collected" | "unclear" | "ignored";
  readonly note: string;
}

/** @throws UserError if there is no such file, or it is not text */
export async function readCollected(file: string): Promise<CollectedEntry[]> {
  const text = await readTextFile(file, {
    unreadable: "Check the path of the mapping, which `kernelmark collect` writes.",
    notUtf8: "Save it as CSV UTF-8 in your spreadsheet.",
  });
  return parse(text, { bom: true, columns: true, skip_empty_lines: true });
}
