import type { Attempt } from "../../results/attempt.ts";
import type { Results } from "../../results/results.ts";
import { headlineCase } from "../headline.ts";
import { isSeedSecret } from "../seed-secrecy.ts";

/** The groups of a task's cases that candidates may not see yet: as long as the seed, which determines their inputs. */
export function hiddenGroups(results: Results, task: string, at: Date): ReadonlySet<string> {
  const groups = results.assignment.tasks[task]?.groups;
  if (groups === undefined || !isSeedSecret(results, at)) return new Set();
  return new Set(Object.entries(groups).flatMap(([name, { hidden }]) => (hidden === true ? [name] : [])));
}

/**
 * An attempt without what happened in hidden groups: their cases, and findings to which they may have contributed. The
 * plan function's log is left out, because it may print their shapes.
 */
export function withoutHidden(attempt: Attempt, hidden: ReadonlySet<string>): Attempt {
  const cases = attempt.cases.filter(({ group }) => !hidden.has(group));
  if (cases.length === attempt.cases.length) return attempt;
  const shown = { ...attempt, cases, caseCount: cases.length, log: "" };
  const isHiddenFailure = attempt.cases.some(({ group, verdict }) => hidden.has(group) && verdict !== "accepted");
  if (!isHiddenFailure) return shown;
  const telling = headlineCase(shown);
  if (telling !== undefined && telling === headlineCase(attempt)) return { ...shown, findings: [] };
  return {
    ...shown,
    message: telling?.message ?? "It fails on hidden cases, which are shown after the deadline.",
    evidence: null,
    mistake: null,
    findings: [],
  };
}
