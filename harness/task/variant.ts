import type { Edit } from "./kernel-change.ts";
import type { DeviceContext, PlanFunction } from "./plan.ts";

/** A kernel with a known verdict, to test that judging is correct. */
export interface Variant<K extends string = string, P extends string = string> {
  readonly name: string;
  readonly plan: PlanFunction<K, P>;
  /** Shares no skeleton with the task's other variants marked so, like kernels of different authors. */
  readonly ownSkeleton?: true;
  /** Given if its passes differ from a built-in kernel's in nothing but their sources. */
  readonly rewritten?: RewrittenKernel;
}

/** A built-in kernel, run without optional features, with other sources. */
export interface RewrittenKernel {
  readonly kernel: "plain" | "tuned";
  /** The adapters whose plan is rewritten. */
  readonly kind: DeviceContext["kind"];
  readonly codes: readonly (readonly [before: string, after: string])[];
}

/** A variant by hand, as a plan or as edits of the plain kernel. */
export type WrittenVariant<K extends string = string, P extends string = string> =
  | Variant<K, P>
  | (Omit<Variant, "plan"> & { readonly edits: readonly Edit[] });

/** Why no output shows that a softmax's maximum was rounded, for `unseen`. */
export const SHIFT = "a shift of exponents: weights and their sum change alike";

/** The exports of a task's `variants.ts`: kernels that are not generated. */
export interface WrittenVariants<K extends string = string, P extends string = string> {
  readonly honest: readonly WrittenVariant<K, P>[];
  readonly imprecise?: readonly WrittenVariant<K, P>[];
  readonly limited?: readonly WrittenVariant<K, P>[];
  /** Generated f16 variants, by name, whose rounding no output of this task shows, each with the reason. */
  readonly unseen?: Readonly<Record<string, string>>;
}

/** Kernels of a task with known verdicts. */
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
