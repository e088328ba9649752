/** Runs work in parallel, and some of it exclusively. */
export class Turns {
  readonly #underWay = new Set<Promise<unknown>>();
  #alone: Promise<unknown> | undefined;

  /** Starts as soon as no exclusive work is running or waiting. */
  async besideOthers<T>(work: () => Promise<T>): Promise<T> {
    while (this.#alone !== undefined) await this.#alone;
    const result = work();
    const ended = result.catch(() => {}).finally(() => this.#underWay.delete(ended));
    this.#underWay.add(ended);
    return result;
  }

  /** Starts when all running work has ended; later work waits. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.#alone !== undefined) await this.#alone;
    const result = Promise.all(this.#underWay).then(work);
    this.#alone = result
      .catch(() => {})
      .finally(() => {
        this.#alone = undefined;
      });
    return result;
  }
}
