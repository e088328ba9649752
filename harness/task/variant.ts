import type { PlanFunction } from "./plan.ts";

/** A kernel with a known verdict, to test that judging is correct. */
export interface Variant<K extends string = string, P extends string = string> {
  readonly name: string;
  readonly plan: PlanFunction<K, P>;
  /** Shares no skeleton with the task's other variants marked so, like kernels of different authors. */
  readonly ownSkeleton?: true;
}

/** The exports of `kernels/<family>/<task>/variants.ts`: kernels with known verdicts. */
export interface Variants<K extends string = string, P extends string = string> {
  /** Correct, and different in rounding: these must be accepted. */
  readonly honest: readonly Variant<K, P>[];
  /** Correct except for an intermediate value rounded to f16: these must never be accepted. */
  readonly imprecise: readonly Variant<K, P>[];
  /** Wrong with one of the task's mistakes: these must get that mistake's hint, and no other. */
  readonly wrong: readonly (Variant<K, P> & { readonly mistake: string })[];
  /**
   * Wrong beyond a part of a declared range, or at some positions only: these must be refused for every seed.
   */
  readonly limited?: readonly Variant<K, P>[];
}
