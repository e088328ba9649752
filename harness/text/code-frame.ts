import { cellsOf } from "./cells.ts";
import { printable } from "./printable.ts";

/** A place in a candidate's file. Lines and columns count from 1, columns in UTF-16 code units. */
export interface Place {
  /** Relative to the candidate's folder. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The lines around the place, for people. */
  readonly frame: string;
}

const CONTEXT_LINES = 2;
const WIDTH = 120;

/**
 * The lines around a place, numbered, with a caret under it. Control characters in the text are escaped.
 *
 * @param line from 1; lines past the end give the last one
 * @param column from 1, in UTF-16 code units
 * @param length code units to mark; the mark ends with its line at the latest
 */
export function codeFrame(text: string, line: number, column: number, length = 1): string {
  const lines = text.split(/\r\n|\n|\r/);
  const marked = Math.min(Math.max(line, 1), lines.length);
  const first = Math.max(marked - CONTEXT_LINES, 1);
  const last = Math.min(marked + CONTEXT_LINES, lines.length);
  const numberWidth = String(last).length;
  // Show a very long line from a little before the place.
  const start = column > WIDTH - 20 ? column - 21 : 0;

  const out: string[] = [];
  for (let number = first; number <= last; number++) {
    const source = lines[number - 1]!;
    const prefix = `${number === marked ? ">" : " "} ${String(number).padStart(numberWidth)} |`;
    out.push(`${prefix} ${visible(source.slice(start, start + WIDTH))}`.trimEnd());
    if (number !== marked) continue;
    const before = source.slice(start, column - 1);
    const under = source.slice(column - 1, Math.min(column - 1 + length, start + WIDTH));
    const blank = " ".repeat(numberWidth + 2);
    out.push(`${blank} | ${" ".repeat(cells(before))}${"^".repeat(Math.max(cells(under), 1))}`);
  }
  return out.join("\n");
}

function visible(source: string): string {
  return printable(source.replaceAll("\t", "  "));
}

/** Terminal cells of the text after escaping. */
function cells(source: string): number {
  return cellsOf(visible(source));
}
