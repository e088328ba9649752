import { parseCsvTable } from "../files/csv-rows.ts";
import { readTextFile } from "../files/text-file.ts";
import type { RosterEntry } from "../results/roster.ts";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";

const COLUMNS = ["candidate", "name", "email", "id", "section"] as const;

/**
 * Reads a roster's CSV. Columns may be in any order and mixed with others; only `candidate` is required.
 *
 * @param file its name, for messages
 * @throws UserError if it is not a roster, or lists a person twice
 */
export function parseRoster(text: string, file: string): RosterEntry[] {
  const { header, records } = parseCsvTable(text, file, COLUMNS);
  if (!header.includes("candidate")) {
    throw new UserError(
      `${file} has no column \`candidate\`.`,
      `Its first line should be ${COLUMNS.join(",")}; \`candidate\` is the name of the candidate's folder.`,
    );
  }
  const entries = records.map(({ cells, line }) => {
    if (cells.candidate === "") {
      throw new UserError(`Line ${line} of ${file} names no candidate.`, "Add the name of their folder.");
    }
    return { line, entry: cells };
  });
  for (const column of ["candidate", "email", "id"] as const) refuseDoubled(entries, column, file);
  return entries.map(({ entry }) => entry);
}

/** @throws UserError if there is no such file, or it is not a roster */
export async function readRoster(file: string): Promise<RosterEntry[]> {
  const text = await readTextFile(file, {
    unreadable: "Check the path given to --roster.",
    notUtf8: "Save it as CSV UTF-8 in your spreadsheet.",
  });
  return parseRoster(text, file);
}

/** With a duplicate, two people would share a mark or one would get two: either way a mark would be wrong. */
function refuseDoubled(
  entries: readonly { readonly line: number; readonly entry: RosterEntry }[],
  column: "candidate" | "email" | "id",
  file: string,
): void {
  const lines = new Map<string, number>();
  for (const { line, entry } of entries) {
    const value = column === "email" ? entry.email.toLowerCase() : entry[column];
    const earlier = value === "" ? undefined : lines.get(value);
    if (earlier !== undefined) {
      throw new UserError(
        `Lines ${earlier} and ${line} of ${file} have the same ${column}, "${shorten(printable(entry[column]), 60)}".`,
        "Each line is one person: correct or delete one of the two.",
      );
    }
    lines.set(value, line);
  }
}
