import { type CsvRow, parseCsvRows } from "../files/csv-rows.ts";
import { readTextFile } from "../files/text-file.ts";
import type { RosterEntry } from "../results/roster.ts";
import { count } from "../text/count.ts";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { foldTitle, formatOf, OWN_HEADER, type RosterFormat } from "./roster-formats.ts";

/**
 * Reads a roster's CSV: Kernelmark's own, or an export of Canvas, Moodle or GitHub Classroom. Columns may be in any order
 * and mixed with others. Without a column `candidate`, a person's `candidate` is their login, e-mail or id, until
 * `matchRoster` finds their folder.
 *
 * @param file its name, for messages
 * @throws UserError if it is not a roster, or lists a person twice
 */
export function parseRoster(text: string, file: string): RosterEntry[] {
  const [head, ...rows] = parseCsvRows(text, file);
  if (head === undefined) throw new UserError(`${file} is empty.`, `Its first line should be ${OWN_HEADER}.`);
  const titles = head.cells.map(foldTitle);
  const format = formatOf(titles);
  if (format === undefined) {
    throw new UserError(
      `${file} has no column that identifies people.`,
      `Its first line should be ${OWN_HEADER}, or that of an export from Canvas, Moodle or GitHub Classroom.`,
    );
  }
  refuseDoubledColumns(titles, format, file);
  const entries = rows.flatMap((row) => {
    const entry = readRow(row, titles, format, file);
    return entry === undefined ? [] : [{ line: row.line, entry }];
  });
  if (entries.length === 0) throw new UserError(`${file} lists nobody.`, "Add a line for each person.");
  for (const field of ["login", "email", "id", "platformId", "candidate"] as const) refuseDoubled(entries, field, file);
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

/** Of two columns of the same name, either may be empty. */
function refuseDoubledColumns(titles: readonly string[], { columns }: RosterFormat, file: string): void {
  const doubled = columns.find((title) => titles.indexOf(title) !== titles.lastIndexOf(title));
  if (doubled === undefined) return;
  throw new UserError(`${file} has two columns \`${doubled}\`.`, "Delete one of them.");
}

function readRow(
  { cells, line }: CsvRow,
  titles: readonly string[],
  format: RosterFormat,
  file: string,
): RosterEntry | undefined {
  if (cells.slice(titles.length).some((cell) => cell !== "")) {
    const [own, all] = [count(cells.length, "cell"), titles.length];
    throw new UserError(
      `Line ${line} of ${file} has ${own}, but the header has ${all}.`,
      "Put cells that contain the separator into quotes.",
    );
  }
  const person = format.person((title) => cells[titles.indexOf(title)] ?? "");
  if (person === undefined) return undefined;
  const { candidate, name = "", email = "", login = "", id = "", section = "", sisId = "", platformId = "" } = person;
  const key = candidate || login || email || id || platformId || name;
  if (key === "") {
    throw new UserError(`Line ${line} of ${file} names nobody.`, "Add the name of their folder, or their e-mail.");
  }
  return { candidate: key, name, email, id, section, login, sisId, platformId };
}

/** With a duplicate, two people would share a mark or one would get two: either way a mark would be wrong. */
function refuseDoubled(
  entries: readonly { readonly line: number; readonly entry: RosterEntry }[],
  field: "candidate" | "email" | "login" | "id" | "platformId",
  file: string,
): void {
  const lines = new Map<string, number>();
  for (const { line, entry } of entries) {
    const value = field === "email" || field === "login" ? entry[field].toLowerCase() : entry[field];
    const earlier = value === "" ? undefined : lines.get(value);
    if (earlier !== undefined) {
      const word = field === "platformId" ? "platform ID" : field;
      throw new UserError(
        `Lines ${earlier} and ${line} of ${file} have the same ${word}, "${shorten(printable(entry[field]), 60)}".`,
        "Each line is one person: correct or delete one of the two.",
      );
    }
    lines.set(value, line);
  }
}
