import { createColors } from "picocolors";
import { jsonFloat } from "../results/json-float.ts";
import type { Colors } from "../text/text-style.ts";

/**
 * Prints the document of `--json`, the only content of standard output. A runner of GitHub Actions executes `##[`
 * anywhere in a line; here it can only occur in a string, so it is escaped.
 */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, jsonFloat, 2).replaceAll("##[", "##\\u005b")}\n`);
}

/** Prints results, to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints progress and warnings, to standard error, away from readers of the results. */
export function printRemark(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Colours for a stream: none if it is piped or redirected, or under `NO_COLOR`. */
export function colorsFor(stream: { readonly isTTY?: boolean }): Colors {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0";
  return createColors(!NO_COLOR && (isForced || (stream.isTTY === true && TERM !== "dumb")));
}

/** Columns for text, limited because long lines are hard to read even on a wide terminal. */
export function textWidth(columns = process.stdout.columns || 80): number {
  return Math.min(100, columns);
}
