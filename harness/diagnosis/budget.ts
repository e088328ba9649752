/**
 * How much work a diagnosis may do in all, counted in operations that oracles do and not in time: the same submission
 * gets the same message on every machine, however busy. A clock, of the wall or of the processor, would make what is
 * found depend on who else runs.
 */
export class Budget {
  #left: number;

  constructor(operations: number) {
    this.#left = operations;
  }

  /** Takes so much, if there is so much left; otherwise nothing, and says no. */
  take(operations: number): boolean {
    if (operations > this.#left) return false;
    this.#left -= operations;
    return true;
  }
}

/**
 * For all oracles that a diagnosis asks together: an operation takes an oracle 5 to 80 ns of processor time, and one of
 * a mixture's fit 220 ns.
 */
export const OPERATIONS_OF_A_DIAGNOSIS = 4e6;

/** What asking at all costs, however small the case. */
const OPERATIONS_TO_ASK = 2000;

/** What an oracle's answer on a case costs. */
export function operationsToAnswer(flops: number): number {
  return flops + OPERATIONS_TO_ASK;
}
