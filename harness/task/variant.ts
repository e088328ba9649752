import type { PlanFunction } from "./plan.ts";

/** A kernel that the tests keep beside a task, to show that judging is right. */
export interface Variant<K extends string = string, P extends string = string> {
  readonly name: string;
  readonly plan: PlanFunction<K, P>;
  /** Shares no skeleton with the task's other variants that say so: as different as kernels of different authors. */
  readonly ownSkeleton?: true;
}

/** What `kernels/<family>/<task>/variants.ts` exports: kernels whose verdicts are known. */
export interface Variants<K extends string = string, P extends string = string> {
  /** Right, and different in what rounding sees: these must be accepted. */
  readonly honest: readonly Variant<K, P>[];
  /** Right but for a value rounded to f16 on the way: these must never be accepted. */
  readonly imprecise: readonly Variant<K, P>[];
  /** Wrong in the way of one of the task's mistakes: these must get that mistake's hint, and no other. */
  readonly wrong: readonly (Variant<K, P> & { readonly mistake: string })[];
  /**
   * Wrong beyond a part of a declared range, or at some positions only: these must be refused whatever the seed.
   */
  readonly limited?: readonly Variant<K, P>[];
}
