/** Lets work go on side by side, and some of it alone. */
export class Turns {
  readonly #underWay = new Set<Promise<unknown>>();
  #alone: Promise<unknown> | undefined;

  /** Begins as soon as nothing that must be alone is under way or waits for that. */
  async besideOthers<T>(work: () => Promise<T>): Promise<T> {
    while (this.#alone !== undefined) await this.#alone;
    const result = work();
    const ended = result.catch(() => {}).finally(() => this.#underWay.delete(ended));
    this.#underWay.add(ended);
    return result;
  }

  /** Begins when all that is under way has ended; what comes meanwhile waits. */
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
