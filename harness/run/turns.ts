/** Work that goes on together, or alone: what wants to be alone waits for the others, and keeps new ones waiting. */
export class Turns {
  readonly #together = new Set<Promise<unknown>>();
  #alone: Promise<unknown> | undefined;

  async together<T>(work: () => Promise<T>): Promise<T> {
    await this.#noneAlone();
    const working = work();
    this.#together.add(working);
    return working.finally(() => this.#together.delete(working));
  }

  async alone<T>(work: () => Promise<T>): Promise<T> {
    await this.#noneAlone();
    const working = Promise.allSettled(this.#together).then(work);
    this.#alone = working;
    return working.finally(() => {
      this.#alone = undefined;
    });
  }

  async #noneAlone(): Promise<void> {
    while (this.#alone !== undefined) await Promise.allSettled([this.#alone]);
  }
}
