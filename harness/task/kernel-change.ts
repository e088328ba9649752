import type { Plan } from "./plan.ts";

/** A piece of a kernel's source, and the text that takes its place. */
export type Edit = readonly [from: string, to: string];

/** What makes a wrong kernel of a correct one. */
export interface KernelChange {
  /** Each replaces a text that occurs exactly once in the kernel's sources. */
  readonly edits?: readonly Edit[];
  /** For mistakes outside of the sources, such as a pass too few. */
  readonly replan?: (plan: Plan) => Plan;
}
