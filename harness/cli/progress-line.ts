import { printable, shorten } from "../text/printable.ts";

/** A progress line at the bottom of a terminal; silent without a terminal. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #isSilent: boolean;
  #isShown = false;

  constructor(stream: NodeJS.WriteStream, isSilent: boolean) {
    this.#stream = stream;
    this.#isSilent = isSilent || !stream.isTTY;
  }

  show(text: string): void {
    if (this.#isSilent) return;
    const line = shorten(printable(text), (this.#stream.columns || 80) - 1);
    this.#stream.write(`\r\u001b[2K${line}`);
    this.#isShown = true;
  }

  clear(): void {
    if (!this.#isShown) return;
    this.#stream.write("\r\u001b[2K");
    this.#isShown = false;
  }
}
