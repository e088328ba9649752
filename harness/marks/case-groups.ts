import { rollup } from "d3-array";
import type { CaseResult } from "../results/case-result.ts";
import type { Case } from "../task/case.ts";

/** The cases of a task that pass or fail together, by the group's name; each case is given by its index. */
export type CaseGroups = ReadonlyMap<string, readonly number[]>;

/** The groups of a run's cases for a task (`listCases`), in their order. */
export function groupCases(cases: readonly Pick<Case, "group" | "index">[]): CaseGroups {
  return rollup(
    cases,
    (own) => own.map(({ index }) => index),
    ({ group }) => group,
  );
}

/** The names of the passed groups: every case was run and accepted. */
export function passedGroups(groups: CaseGroups, results: readonly CaseResult[]): string[] {
  const accepted = new Set(results.filter(({ verdict }) => verdict === "accepted").map(({ index }) => index));
  return [...groups].filter(([, indices]) => indices.every((index) => accepted.has(index))).map(([name]) => name);
}
