import { createColors } from "picocolors";
import { linesOf } from "../files/lines.ts";
import { jsonFloat } from "../results/json-float.ts";
import type { Colors } from "../text/text-style.ts";

/** Prints the document of `--json`, the only content of standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${escapeCommands(JSON.stringify(value, jsonFloat, 2))}\n`);
}

/** Prints a file as the document of `--json`, line by line: a large run's results take hundreds of megabytes. */
export async function printJsonFile(path: string): Promise<void> {
  for await (const { text } of linesOf(path)) process.stdout.write(escapeCommands(text));
}

/** A runner of GitHub Actions executes `##[` anywhere in a line; in JSON it can only occur in a string. */
function escapeCommands(json: string): string {
  return json.replaceAll("##[", "##\\u005b");
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
