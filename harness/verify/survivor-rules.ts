import type { Mutant } from "./mutants.ts";

interface SurvivorRule {
  readonly applies: (mutant: Pick<Mutant, "before" | "after" | "change">) => boolean;
  readonly reason: string;
}

/** Why mutants of any kernel may survive. A task's `equivalent-mutants.json` explains what no rule does. */
const RULES: readonly SurvivorRule[] = [
  {
    applies: ({ before, after }) => sizeOf(after) > sizeOf(before),
    reason: "surplus invocations of larger workgroups end at the guard",
  },
  {
    applies: ({ before }) => /\.y \* groups\.x/.test(before),
    reason: "no case dispatches so many rows of workgroups that the index differs",
  },
  {
    applies: ({ before }) => /\+= groups\.x \*/.test(before),
    reason: "no case is larger than one round of all workgroups",
  },
  {
    applies: ({ before }) => /^if \(lane < width\)/.test(before),
    reason:
      "surplus lanes change only partial results that no lane reads afterwards, or race, which this adapter hides",
  },
  {
    applies: ({ before }) => /^if \(lane == 0u?\)/.test(before),
    reason: "other lanes write the same value",
  },
];

/** @returns the reason of the first rule that explains a surviving mutant */
export function reasonToSurvive(mutant: Pick<Mutant, "before" | "after" | "change">): string | undefined {
  return RULES.find(({ applies }) => applies(mutant))?.reason;
}

function sizeOf(line: string): number {
  return Number(/@workgroup_size\((\d+)/.exec(line)?.[1] ?? Number.NaN);
}
