import { rollup } from "d3-array";
import type { CaseResult } from "../results/case-result.ts";
import type { Case } from "../task/case.ts";

/** The cases of a task that stand or fall together, by the group's name; cases are known by their index. */
export type CaseGroups = ReadonlyMap<string, readonly number[]>;

/** The groups of the cases that a run has for a task (`listCases`), in their order. */
export function groupCases(cases: readonly Pick<Case, "group" | "index">[]): CaseGroups {
  return rollup(
    cases,
    (own) => own.map(({ index }) => index),
    ({ group }) => group,
  );
}

/** How many groups were passed: of these, every case was run and accepted. */
export function countPassedGroups(groups: CaseGroups, results: readonly CaseResult[]): number {
  const accepted = new Set(results.filter(({ verdict }) => verdict === "accepted").map(({ index }) => index));
  return [...groups.values()].filter((indices) => indices.every((index) => accepted.has(index))).length;
}
