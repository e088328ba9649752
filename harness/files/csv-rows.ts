import { parse } from "csv-parse/sync";
import { UserError } from "../text/user-error.ts";

/** A row of a CSV file, with its line for messages. */
export interface CsvRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * Splits the CSV of any spreadsheet: separated by commas, semicolons or tabs, with or without a byte order mark. Rows
 * without content are left out.
 *
 * @param file its name, for messages
 * @throws UserError if it is not CSV
 */
export function parseCsvRows(text: string, file: string): CsvRow[] {
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

/** A row by the names of its columns. */
export interface CsvRecord<Column extends string> {
  /** Trimmed and in Unicode's composed form (NFC); empty for a column that the file lacks. */
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
  const header = (rows.shift()?.cells ?? []).map((title) => title.trim().toLowerCase());
  const records = rows.map(({ cells, line }) => {
    const cell = (column: Column) => cells[header.indexOf(column)]?.trim().normalize("NFC") ?? "";
    return {
      line,
      cells: Object.fromEntries(columns.map((column) => [column, cell(column)])) as Record<Column, string>,
    };
  });
  return { header, records };
}
