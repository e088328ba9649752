import type { Verdict } from "../results/verdict.ts";
import type { Explanation } from "./equivalents.ts";

/** What became of a mutant, apart from what the task's list says of it: the list may grow after the mutant was judged. */
export interface MutantRecord {
  readonly kernel: string;
  /** The change, and the same change in other modules of the kernel that have the function. */
  readonly places: readonly MutantPlace[];
  /** Absent if it was not judged. It survived if it was accepted. */
  readonly verdict?: Verdict;
}

export interface MutantPlace {
  /** Its line in the task's list. */
  readonly locator: string;
  /** The changed line, or lines joined to one. */
  readonly line: string;
  /** Such as `"<" became "<="`. */
  readonly change: string;
  /** For a survivor: why it may survive, if a rule finds a reason. */
  readonly byRule?: Explanation | undefined;
}
