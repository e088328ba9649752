/** Shows a proof's progress on standard error: immediately in a terminal, otherwise every half minute. */
export class ProofProgress {
  readonly #isTerminal = process.stderr.isTTY === true;
  readonly #intervalMs = this.#isTerminal ? 200 : 30_000;
  #lastMs = performance.now();

  update(text: string): void {
    if (performance.now() - this.#lastMs < this.#intervalMs) return;
    this.#lastMs = performance.now();
    process.stderr.write(this.#isTerminal ? `\r${text}\u001b[K` : `${text}\n`);
  }

  /** Writes a line that stays. */
  note(text: string): void {
    process.stderr.write(this.#isTerminal ? `\r\u001b[K${text}\n` : `${text}\n`);
  }
}
