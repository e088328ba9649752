import { type Estimate, type Span, spanOf, type Tensor } from "../../reference/oracle.ts";

/** The largest relative error of one f32 rounding. */
const HALF_ULP = 2 ** -24;

/** An element outside its error bound. `excess` is its error as a multiple of the bound; of an integer, the error itself. */
export interface WrongElement {
  readonly element: number;
  readonly expected: number;
  readonly got: number;
  readonly bound: number;
  /** The other correct values. */
  readonly others: readonly Span[] | undefined;
  readonly excess: number;
}

/** The result of comparing one output with the oracle. */
export class Tally {
  judged = 0;
  wrong = 0;
  neverWritten = 0;
  first: WrongElement | undefined;
  worst: WrongElement | undefined;
  /** The largest error as a share of its bound, among the correct elements. */
  largestShare = 0;
  #sumOfSquaredShares = 0;
  #sumOfSquaredRoundings = 0;

  /**
   * Compares the elements of some units.
   *
   * @param got the whole output
   * @param estimate of the units, packed in their order
   * @param units indices of the units
   * @param poison the words that the output held before the run
   * @param onWrong called with each wrong element
   */
  add(
    got: Tensor,
    estimate: Estimate,
    units: ArrayLike<number>,
    poison: Uint32Array,
    onWrong: (element: number) => void,
  ): void {
    const words = new Uint32Array(got.buffer, got.byteOffset, got.length);
    const perUnit = estimate.expected.length / units.length;
    for (let slot = 0; slot < units.length; slot++) {
      for (let offset = 0; offset < perUnit; offset++) {
        const element = units[slot]! * perUnit + offset;
        const expected = estimate.expected[slot * perUnit + offset]!;
        const bound = estimate.bound[slot * perUnit + offset]!;
        const value = got[element]!;
        const share = Math.abs(value - expected) / bound;
        this.judged++;
        if (share <= 1) {
          if (share > this.largestShare) this.largestShare = share;
          const rounding = (Math.abs(expected) * HALF_ULP) / bound;
          this.#sumOfSquaredShares += share * share;
          this.#sumOfSquaredRoundings += rounding * rounding;
          continue;
        }
        if (this.#isOtherwiseCorrect(estimate, slot * perUnit + offset, value)) continue;
        this.wrong++;
        onWrong(element);
        if (words[element] === poison[element]) this.neverWritten++;
        const error = bound === 0 ? Math.abs(value - expected) : share;
        const excess = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
        const others = estimate.others?.get(slot * perUnit + offset);
        const found = { element, expected, got: value, bound, others, excess };
        if (this.first === undefined || element < this.first.element) this.first = found;
        if (this.worst === undefined || excess > this.worst.excess) this.worst = found;
      }
    }
  }

  /** An integer is equal to the expected one, or a value is one of the others that are correct. */
  #isOtherwiseCorrect({ expected, bound, others }: Estimate, at: number, value: number): boolean {
    const isInteger = bound[at] === 0;
    if (isInteger && value === expected[at]) return true;
    const span = spanOf(others, at, value);
    if (span === undefined || isInteger || span[0] === span[1]) return span !== undefined;
    const middle = (span[0] + span[1]) / 2;
    const reach = (span[1] - span[0]) / 2;
    const share = Math.min(1, Math.abs(value - middle) / reach);
    if (share > this.largestShare) this.largestShare = share;
    this.#sumOfSquaredShares += share ** 2;
    this.#sumOfSquaredRoundings += ((Math.abs(middle) * HALF_ULP) / reach) ** 2;
    return true;
  }

  /** Root mean square of the errors, each as a share of its bound. */
  get rms(): number {
    return Math.sqrt(this.#sumOfSquaredShares / this.judged);
  }

  /** The `rms` if each expected value were off by exactly one rounding to f32. */
  get roundingRms(): number {
    return Math.sqrt(this.#sumOfSquaredRoundings / this.judged);
  }
}
