import { parse } from "csv-parse/sync";
import { readTextFile } from "../files/text-file.ts";
import type { RosterEntry } from "../results/roster.ts";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";

const COLUMNS = ["candidate", "name", "email", "id", "section", "login", "sisId", "platformId"] as const;

/**
 * Reads a roster's CSV. Columns may be in any order and mixed with others; only `candidate` is required.
 *
 * @param file its name, for messages
 * @throws UserError if it is not a roster, or lists a person twice
 */
export function parseRoster(text: string, file: string): RosterEntry[] {
  const rows = parseRows(text, file);
  const header = (rows.shift()?.cells ?? []).map((title) => title.trim().toLowerCase());
  if (!header.includes("candidate")) {
    throw new UserError(
      `${file} has no column \`candidate\`.`,
      `Its first line should be candidate,name,email,id,section; \`candidate\` is the name of the candidate's folder.`,
    );
  }
  const entries = rows.map(({ cells, line }) => {
    const cell = (column: (typeof COLUMNS)[number]) =>
      cells[header.indexOf(column.toLowerCase())]?.trim().normalize("NFC") ?? "";
    const entry = Object.fromEntries(COLUMNS.map((column) => [column, cell(column)])) as RosterEntry;
    if (entry.candidate === "") {
      throw new UserError(`Line ${line} of ${file} names no candidate.`, "Add the name of their folder.");
    }
    return { line, entry };
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

function parseRows(text: string, file: string): { readonly cells: readonly string[]; readonly line: number }[] {
  const firstLine = text.split(/\r?\n/, 1)[0]!;
  // Spreadsheets write semicolons in locales with a decimal comma.
  const delimiter = [",", ";", "\t"].find((separator) => firstLine.includes(separator)) ?? ",";
  try {
    const rows = parse(text, { delimiter, bom: true, info: true, relax_column_count: true, skip_empty_lines: true });
    // The package's types do not reflect that `info` turns each row into an object.
    return (rows as unknown as { record: string[]; info: { lines: number } }[])
      .map(({ record, info }) => ({ cells: record, line: info.lines }))
      .filter(({ cells }) => cells.some((cell) => cell.trim() !== ""));
  } catch (error) {
    throw new UserError(`${file} is not CSV (${(error as Error).message}).`, "Save it as CSV in your spreadsheet.");
  }
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
