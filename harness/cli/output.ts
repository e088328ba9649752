import { createColors } from "picocolors";
import { jsonFloat } from "../results/json-float.ts";
import type { Colors } from "../text/text-style.ts";

/**
 * The document of a command under `--json`, and nothing else, goes to standard output. A runner of GitHub Actions takes
 * `##[` for a command wherever it stands in a line; here it can only stand in a string.
 */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, jsonFloat, 2).replaceAll("##[", "##\\u005b")}\n`);
}

/** What was asked for goes to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Progress and remarks go to standard error, out of the way of what reads the output. */
export function printRemark(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Colours for what is written to a stream: none where it is piped or redirected, or under `NO_COLOR`. */
export function colorsFor(stream: { readonly isTTY?: boolean }): Colors {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0";
  return createColors(!NO_COLOR && (isForced || (stream.isTTY === true && TERM !== "dumb")));
}

/** How many columns text should take: long lines are hard to read, also where there is room. */
export function textWidth(columns = process.stdout.columns || 80): number {
  return Math.min(100, columns);
}
