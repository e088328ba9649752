import type { Assignment } from "../results/assignment.ts";
import type { Attempt } from "../results/attempt.ts";
import type { MarkFacts } from "../results/mark-facts.ts";
import type { NotTaken } from "../results/not-taken.ts";
import type { EarlierRun } from "../results/results.ts";
import type { CaseGroups } from "./case-groups.ts";

/** The part of a run on which marks depend. */
export interface MarksInput extends MarkFacts {
  readonly assignment: Assignment;
  readonly attempts: readonly Attempt[];
  /** Runs whose attempts count too if the best attempt counts. */
  readonly earlier?: readonly EarlierRun[] | undefined;
  /** The groups of each task's cases in this run: attempts that were stopped do not list all of them. */
  readonly groups: ReadonlyMap<string, CaseGroups>;
  readonly adapterKind: "hardware" | "software";
  /** Files that were probably submitted, but not graded. */
  readonly notTaken?: readonly NotTaken[];
  /** Whether it is code that comes with Kernelmark, which an assignment may refuse. */
  readonly isBuiltInCode?: (attempt: Attempt) => boolean;
  /** Whether the run was to measure; undefined if that is not known. */
  readonly isMeasured?: boolean | undefined;
}
