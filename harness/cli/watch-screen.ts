import { attemptText } from "../report/terminal/attempt-text.ts";
import { colorVerdict } from "../report/terminal/verdict-words.ts";
import type { Attempt } from "../results/attempt.ts";
import type { Shown } from "../results/case-numbers.ts";
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
    if (this.#stream.isTTY) this.#stream.write("\n");
  }

  #draw(): void {
    if (this.#last === undefined) return;
    const { attempt, tookMs, shown, at } = this.#last;
    const colors = colorsFor(this.#stream);
    const text = attemptText(attempt, { colors, width: textWidth() }, { shown });
    const took = `${(tookMs / 1000).toFixed(2)} s`;
    if (!this.#stream.isTTY) {
      this.#stream.write(`--- ${clock(at)}, in ${took}\n\n${text}\n\n`);
      return;
    }
    // A text longer than the screen scrolls its first lines away, so the last line repeats the verdict.
    this.#stream.write(`${CLEAR_SCREEN}${text}\n\n`);
    const files = this.#files.length === 1 ? printable(this.#files[0]!) : `${this.#files.length} files`;
    const { verdict } = attempt;
    const line = this.#fit(`${verdict} at ${clock(at)}, in ${took}. Watching ${files}; Ctrl-C to stop.`);
    this.#stream.write(colorVerdict(verdict, colors, verdict) + colors.dim(line.slice(verdict.length)));
  }
}

/** `18:03:12` */
function clock(date: Date): string {
  return date.toTimeString().slice(0, 8);
}
