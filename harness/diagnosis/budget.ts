/**
 * Work that a diagnosis may do, counted in oracle operations rather than in time: a submission gets the same message on
 * every machine. With a clock, of the wall or of the processor, findings would depend on the machine's load.
 */
export class Budget {
  #left: number;

  constructor(operations: number) {
    this.#left = operations;
  }

  /** Takes this much and returns true; if less is left, takes nothing and returns false. */
  take(operations: number): boolean {
    if (operations > this.#left) return false;
    this.#left -= operations;
    return true;
  }
}

/**
 * For all oracle calls of a diagnosis together. An operation takes 5 to 80 ns of processor time, and 220 ns in a
 * mixture's fit.
 */
export const OPERATIONS_OF_A_DIAGNOSIS = 4e6;

/** Fixed cost of an oracle call, however small the case. */
const OPERATIONS_TO_ASK = 2000;

/** Cost of an oracle's answer on a case. */
export function operationsToAnswer(flops: number): number {
  return flops + OPERATIONS_TO_ASK;
}
