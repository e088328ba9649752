import { stringify } from "csv-stringify/sync";
import { UserError } from "../../text/user-error.ts";

// Spreadsheets run a cell as a formula if it begins with one of these, or with their full-width forms, which some
// input methods turn into ASCII (OWASP, "CSV Injection"). Some skip spaces before it.
const FORMULA = /^(\s*[=+\-@＝＋－＠]|[\t\r])/u;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the purpose is to match them
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Surrogate}/gu;

/** Overrides and isolates, which display text in another order. */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g;

/** Without it, Excel reads UTF-8 as the system's 8-bit encoding. */
const BYTE_ORDER_MARK = "\ufeff";

/** How a country's spreadsheets separate cells and write numbers. */
export interface SpreadsheetFormat {
  readonly delimiter: "," | ";";
  readonly decimal: "." | ",";
}

/** Text for a spreadsheet: never a formula, and without control characters. Importers get {@link importText} instead. */
export function csvText(text: string): string {
  // Control characters go first: the text after them might begin a formula.
  const clean = text.replace(CONTROL, "").replace(BIDI, "");
  const safe = FORMULA.test(clean) ? `'${clean}` : clean;
  // csv-stringify quotes cells with line feeds, but not those with carriage returns.
  return safe.replace(/\r\n?/g, "\n");
}

/**
 * Text for a program that imports it, such as a login or a number with `+`: unchanged, except that everything is on one
 * line, as importers count lines.
 */
export function importText(text: string): string {
  return text.replace(/\s+/gu, " ").replace(CONTROL, "").trim();
}

/**
 * The format of a locale's spreadsheets: semicolons where numbers have a decimal comma.
 *
 * @param locale such as `de` or `pt-BR`; without one, commas and decimal points
 * @throws UserError if there is no such locale
 */
export function spreadsheetFormat(locale?: string): SpreadsheetFormat {
  if (locale === undefined) return { delimiter: ",", decimal: "." };
  const parts = numberFormat(locale).formatToParts(1.5);
  const decimal = parts.find(({ type }) => type === "decimal")!.value;
  return decimal === "." ? { delimiter: ",", decimal } : { delimiter: ";", decimal: "," };
}

function numberFormat(locale: string): Intl.NumberFormat {
  try {
    if (Intl.NumberFormat.supportedLocalesOf(locale).length > 0) return new Intl.NumberFormat(locale);
  } catch {
    // The name does not even have the form of a locale.
  }
  throw new UserError(`There is no locale "${locale}".`, "Name one such as de, fr or pt-BR.");
}

/**
 * A spreadsheet's file, in pieces. Texts must have been made safe with {@link csvText}; numbers are written as the
 * format writes them.
 *
 * @param pieces rows, the header first, as many at a time as suits the caller
 */
export function* spreadsheet(
  pieces: Iterable<readonly (readonly (string | number)[])[]>,
  { delimiter, decimal }: SpreadsheetFormat,
): Iterable<string> {
  yield BYTE_ORDER_MARK;
  const number = (value: number) => String(value).replace(".", decimal);
  for (const rows of pieces) if (rows.length > 0) yield stringify([...rows], { delimiter, cast: { number } });
}
