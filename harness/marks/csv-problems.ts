import { type CsvRecord, parseCsvTable } from "../files/csv-rows.ts";
import { didYouMean } from "../text/nearest-name.ts";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";

/** The names that a table about marks may use. */
export interface KnownNames {
  /** Folders, people on the roster, and members of teams. */
  readonly candidates: readonly string[];
  /** The tasks that count, with their points. */
  readonly tasks: Readonly<Record<string, number>>;
}

/** As for YAML: one mistake may repeat on every line. */
const PROBLEMS_SHOWN = 10;

/** The problems of a CSV file, each with its line. */
export class CsvProblems {
  readonly #file: string;
  readonly #messages: string[] = [];

  constructor(file: string) {
    this.#file = printable(file);
  }

  add(line: number, message: string): void {
    this.#messages.push(`${this.#file}:${line}: ${message}`);
  }

  /**
   * The candidate of that name, or of one in another Unicode form; adds a problem if there is none.
   *
   * @returns undefined if there is no such candidate
   */
  candidate(line: number, name: string, { candidates }: KnownNames): string | undefined {
    if (name === "") {
      this.add(line, "The candidate is missing.");
      return undefined;
    }
    const known = candidates.find((one) => one === name) ?? candidates.find((one) => one.normalize("NFC") === name);
    if (known === undefined) {
      this.add(line, `There is no candidate ${quoted(name)}.${didYouMean(name, candidates.map(printable))}`);
    }
    return known;
  }

  /** Adds a problem if a task is named that does not count. */
  task(line: number, name: string, { tasks }: KnownNames): void {
    if (name === "" || Object.hasOwn(tasks, name)) return;
    this.add(line, `${quoted(name)} is not a task of the assignment.${didYouMean(name, Object.keys(tasks))}`);
  }

  /** Adds a problem if an earlier line has the same key. */
  repeated(line: number, earlier: number | undefined, what: string): void {
    if (earlier !== undefined) this.add(line, `${what} is on line ${earlier} already: keep one of the two.`);
  }

  /** @throws UserError if there are problems */
  refuse(): void {
    const all = this.#messages;
    if (all.length === 0) return;
    const shown = all.slice(0, PROBLEMS_SHOWN);
    if (all.length > shown.length) shown.push(`${all.length - shown.length} more problems not shown.`);
    const count = all.length === 1 ? "the problem" : `the ${all.length} problems`;
    throw new UserError(shown.join("\n"), `Fix ${count} in ${this.#file} and try again.`);
  }
}

/** A text of the file, quoted for a message. */
export function quoted(text: string): string {
  return `"${shorten(printable(text), 60)}"`;
}

/**
 * Reads a table that must have some columns.
 *
 * @param needed the columns without which it makes no sense; of an inner list, one is enough
 * @throws UserError if it is not CSV, or lacks a column
 */
export function parseTableWith<Column extends string>(
  text: string,
  file: string,
  columns: readonly Column[],
  needed: readonly (Column | readonly Column[])[],
): readonly CsvRecord<Column>[] {
  const { header, records } = parseCsvTable(text, file, columns);
  for (const one of needed) {
    const either = typeof one === "string" ? [one] : (one as readonly Column[]);
    if (either.some((column) => header.includes(column))) continue;
    const names = either.map((column) => `\`${column}\``).join(" or ");
    throw new UserError(`${printable(file)} has no column ${names}.`, `Its first line should be ${columns.join(",")}.`);
  }
  return records;
}

/** Parses a number with a decimal point or comma; undefined if it is none. */
export function parseNumber(text: string): number | undefined {
  return /^[+-]?\d+(?:[.,]\d+)?$/.test(text) ? Number(text.replace(",", ".")) : undefined;
}
