import { parse } from "csv-parse/sync";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";

/** A row of a CSV file, with its line for messages. */
export interface CsvRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * Splits the CSV of any spreadsheet: separated by commas, semicolons or tabs, with or without a byte order mark. Cells are
 * trimmed and in Unicode's composed form (NFC); rows without content are left out.
 *
 * @param file its name, for messages
 * @throws UserError if it is not CSV
 */
export function parseCsvRows(text: string, file: string): CsvRow[] {
  return splitCsvRows(text, file).map(({ cells, line }) => ({ cells: cells.map(cleanCell), line }));
}

/** The same with cells as they are written: a folder's name may begin with a blank, or be in another Unicode form. */
export function splitCsvRows(text: string, file: string): CsvRow[] {
  if (text.includes("\0")) {
    throw new UserError(`${file} contains null characters.`, "Save it as CSV UTF-8 in your spreadsheet.");
  }
  const plain = text.replace(/^\ufeff/, "");
  // Excel writes and reads this line, which names the separator.
  const named = /^"?sep=(.)"?\r?\n/i.exec(plain)?.[1];
  const options = { delimiter: named ?? likelyDelimiter(plain), from_line: named === undefined ? 1 : 2, info: true };
  try {
    const rows = parse(plain, { ...options, relax_column_count: true, skip_empty_lines: true });
    // The package's types do not reflect that `info` turns each row into an object.
    return (rows as unknown as { record: string[]; info: { lines: number } }[])
      .map(({ record, info }) => ({ cells: record, line: info.lines }))
      .filter(({ cells }) => cells.some((cell) => cleanCell(cell) !== ""));
  } catch (error) {
    throw new UserError(
      `${file} is not CSV (${printable((error as Error).message)}).`,
      "Save it as CSV in your spreadsheet.",
    );
  }
}

/** Spreadsheets write semicolons in locales with a decimal comma. Titles in quotes may contain any separator. */
function likelyDelimiter(text: string): string {
  const header = text.split(/\r?\n/, 1)[0]!.replace(/"[^"]*"/g, "");
  const countOf = (separator: string) => header.split(separator).length;
  return [",", ";", "\t"].reduce((best, other) => (countOf(other) > countOf(best) ? other : best));
}

/** Some systems write `="0123"`, so that spreadsheets keep the zero. */
function cleanCell(cell: string): string {
  return cell
    .trim()
    .replace(/^="(.*)"$/, "$1")
    .normalize("NFC");
}

/** A row by the names of its columns. */
export interface CsvRecord<Column extends string> {
  /** Empty for a column that the file lacks. */
  readonly cells: Readonly<Record<Column, string>>;
  readonly line: number;
}

/**
 * Reads a table whose first line names its columns, in any order and mixed with others; case does not matter.
 *
 * @param columns the columns to read
 * @throws UserError if it is not CSV
 */
export function parseCsvTable<Column extends string>(
  text: string,
  file: string,
  columns: readonly Column[],
): { readonly header: readonly string[]; readonly records: readonly CsvRecord<Column>[] } {
  const rows = parseCsvRows(text, file);
  const header = (rows.shift()?.cells ?? []).map((title) => title.toLowerCase());
  const records = rows.map(({ cells, line }) => {
    const cell = (column: Column) => cells[header.indexOf(column)] ?? "";
    return {
      line,
      cells: Object.fromEntries(columns.map((column) => [column, cell(column)])) as Record<Column, string>,
    };
  });
  return { header, records };
}
