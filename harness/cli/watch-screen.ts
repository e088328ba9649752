import { stripVTControlCharacters } from "node:util";
import { attemptText } from "../report/terminal/attempt-text.ts";
import { colorVerdict } from "../report/terminal/verdict-words.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Shown } from "../results/case-numbers.ts";
import { cellsOf } from "../text/cells.ts";
import { printable } from "../text/printable.ts";
import { cut } from "../text/wrap.ts";
import { colorsFor, textWidth } from "./output.ts";

const CLEAR_SCREEN = "\u001b[H\u001b[2J";
const CLEAR_LINE = "\r\u001b[2K";

/** A verdict with its time. */
interface TimedVerdict {
  readonly attempt: Attempt;
  readonly tookMs: number;
  readonly shown: Shown | undefined;
  readonly at: Date;
}

/**
 * The output of `check --watch`: on a terminal the last verdict, with a status line below; elsewhere one verdict after
 * the other.
 */
export class WatchScreen {
  readonly #stream: NodeJS.WriteStream;
  #last: TimedVerdict | undefined;
  #files: readonly string[] = [];
  readonly #redraw = () => this.#draw();

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    if (stream.isTTY) stream.on("resize", this.#redraw);
  }

  checking(files: readonly string[]): void {
    this.#files = files;
    this.status("Checking …");
  }

  /** Updates the status line. */
  status(text: string): void {
    if (this.#stream.isTTY) this.#stream.write(CLEAR_LINE + colorsFor(this.#stream).dim(this.#fit(text)));
  }

  /** One column less than a line: at the last one, some terminals begin a new line. */
  #fit(text: string): string {
    return cut(text, (this.#stream.columns || 80) - 1);
  }

  verdict(attempt: Attempt, tookMs: number, shown?: Shown): void {
    this.#last = { attempt, tookMs, shown, at: new Date() };
    this.#draw();
  }

  close(): void {
    this.#stream.off("resize", this.#redraw);
    if (this.#stream.isTTY) this.#stream.write(CLEAR_LINE);
  }

  #draw(): void {
    if (this.#last === undefined) return;
    const { attempt, tookMs, shown, at } = this.#last;
    const colors = colorsFor(this.#stream);
    const text = attemptText(attempt, { colors, width: textWidth(this.#stream.columns) }, { shown });
    const took = `${(tookMs / 1000).toFixed(2)} s`;
    if (!this.#stream.isTTY) {
      this.#stream.write(`--- ${clock(at)}, in ${took}\n\n${text}\n\n`);
      return;
    }
    const files = this.#files.length === 1 ? printable(this.#files[0]!) : `${this.#files.length} files`;
    const { verdict } = attempt;
    const line = this.#fit(`${verdict} at ${clock(at)}, in ${took}. Watching ${files}; Ctrl-C to stop.`);
    const { rows = 24, columns = 80 } = this.#stream;
    const more = colors.dim(this.#fit(MORE));
    const shortened = fitted(text.split("\n"), Math.max(2, rows - STATUS_LINES), columns, more);
    const status = colorVerdict(verdict, colors, verdict) + colors.dim(line.slice(verdict.length));
    this.#stream.write(`${CLEAR_SCREEN}${shortened.join("\n")}\n${status}\n`);
  }
}

/** The status of the last check, and the line below it, which shows the progress of the next. */
const STATUS_LINES = 2;
const MORE = "… more: make the window taller, or check without --watch.";

/** The first lines, as many as there is room for: the verdict and its cause come first. Terminals break long lines. */
function fitted(lines: readonly string[], rows: number, columns: number, more: string): readonly string[] {
  const rowsOf = (line: string) => Math.max(1, Math.ceil(cellsOf(stripVTControlCharacters(line)) / columns));
  const total = lines.reduce((sum, line) => sum + rowsOf(line), 0);
  if (total <= rows) return lines;
  let left = rows - 1;
  const shown = lines.slice(
    0,
    lines.findIndex((line) => {
      left -= rowsOf(line);
      return left < 0;
    }),
  );
  return [...shown, more];
}

/** `18:03:12` */
function clock(date: Date): string {
  return date.toTimeString().slice(0, 8);
}
