import type { Equivalent } from "./equivalents.ts";
import type { Mutant } from "./mutants.ts";

/** Why a mutant may survive. */
export type Explanation = Pick<Equivalent, "kind" | "reason">;

interface SurvivorRule extends Explanation {
  readonly applies: (mutant: Pick<Mutant, "before" | "after">) => boolean;
}

/** Why mutants of any kernel may survive. A task's `equivalent-mutants.json` explains what no rule does. */
const RULES: readonly SurvivorRule[] = [
  {
    applies: ({ before, after }) => sizeOf(after) > sizeOf(before),
    kind: "same-function",
    reason: "surplus invocations of larger workgroups end at the guard",
  },
  {
    applies: ({ before }) => /\.y \* groups\.x/.test(before),
    kind: "out-of-reach",
    reason: "no case dispatches so many rows of workgroups that the index differs",
  },
  {
    applies: ({ before }) => /\+= groups\.x \*/.test(before),
    kind: "out-of-reach",
    reason: "no case is larger than one round of all workgroups",
  },
  {
    applies: ({ before }) => /^if \(lane < width\)/.test(before),
    kind: "race",
    reason:
      "surplus lanes change only partial results that no lane reads afterwards, or race, which this adapter hides",
  },
  {
    applies: ({ before }) => /^if \(lane == 0u?\)/.test(before),
    kind: "same-function",
    reason: "other lanes write the same value, or race, which this adapter hides",
  },
];

/** @returns the first rule that explains a surviving mutant */
export function ruleFor(mutant: Pick<Mutant, "before" | "after">): Explanation | undefined {
  return RULES.find(({ applies }) => applies(mutant));
}

function sizeOf(line: string): number {
  return Number(/@workgroup_size\((\d+)/.exec(line)?.[1] ?? Number.NaN);
}
