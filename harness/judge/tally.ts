import type { Estimate } from "../../reference/oracle.ts";

/** The largest relative error of one f32 rounding. */
const HALF_ULP = 2 ** -24;

/** An element outside its error bound. `excess` is its error as a multiple of the bound. */
export interface WrongElement {
  readonly element: number;
  readonly expected: number;
  readonly got: number;
  readonly bound: number;
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
    got: Float32Array,
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
        this.wrong++;
        onWrong(element);
        if (words[element] === poison[element]) this.neverWritten++;
        const excess = Number.isNaN(share) ? Number.POSITIVE_INFINITY : share;
        const found = { element, expected, got: value, bound, excess };
        if (this.first === undefined || element < this.first.element) this.first = found;
        if (this.worst === undefined || excess > this.worst.excess) this.worst = found;
      }
    }
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
