import { isDeepStrictEqual } from "node:util";
import { taskNames } from "../catalog/load.ts";
import { membersOf } from "../marks/marks.ts";
import { matchRoster } from "../marks/match-roster.ts";
import { readAssignment } from "../marks/read-assignment.ts";
import { readRoster } from "../marks/roster-file.ts";
import { factsOf, type TeamMember } from "../results/mark-facts.ts";
import { withMissing } from "../results/missing.ts";
import type { Results } from "../results/results.ts";
import { recallInputs, rememberInputs } from "../run/run-inputs.ts";
import { defaultLimits } from "../task/limits.ts";
import { printable } from "../text/printable.ts";
import { type MarkFactsOptions, readMarkFacts, teamsFor } from "./mark-facts.ts";

interface Changes extends MarkFactsOptions {
  /** The file of another roster. */
  readonly roster: string | undefined;
}

/**
 * A run's results under another assignment, another roster and other facts, if given. Nothing is graded again: limits stay those
 * that were in force, and a task that the run never looked at is not graded for anybody.
 */
export async function rejudged(results: Results, changes: Changes): Promise<Results> {
  const { assignment, roster, received, extensions, adjustments } = changes;
  if ([assignment, roster, received, extensions, adjustments].every((file) => file === undefined)) return results;
  let changed = results;
  if (assignment !== undefined) changed = await underAssignment(changed, assignment);
  const folders = [...new Set(results.attempts.map(({ candidate }) => candidate))];
  const teams = await teamsFor(changes, changed.assignment, folders, results);
  if (roster !== undefined) changed = await withRoster(changed, roster, teams);
  const facts = await readMarkFacts(changes, {
    ...{ assignment: changed.assignment, folders, roster: changed.roster, teams, earlier: factsOf(results) },
  });
  changed = { ...changed, ...facts };
  return changed.state === "finished" ? withMissing(changed) : changed;
}

async function underAssignment(results: Results, file: string): Promise<Results> {
  const { limits: wanted, ...assignment } = await readAssignment(file, taskNames());
  const { limits } = results.assignment;
  const remarks = Object.keys(assignment.tasks)
    .filter((task) => !Object.hasOwn(results.caseGroups, task))
    .map((task) => `\`${task}\` is not graded: the run never looked at it. Grade again for marks.`);
  if (wanted !== undefined && !isDeepStrictEqual(wanted, limits ?? defaultLimits)) {
    remarks.push(`The limits of ${printable(file)} were not in force in this run: grade again to apply them.`);
  }
  return {
    ...results,
    assignment: { ...assignment, ...(limits && { limits }) },
    remarks: [...results.remarks, ...remarks],
  };
}

async function withRoster(results: Results, file: string, teams: readonly TeamMember[]): Promise<Results> {
  // Candidates known only from the earlier roster have submitted nothing.
  const earlier = new Set(results.roster.map(({ candidate }) => candidate));
  const tried = new Set(
    results.attempts.filter(({ verdict }) => verdict !== "missing").map(({ candidate }) => candidate),
  );
  const attempts = results.attempts.filter(({ candidate }) => tried.has(candidate) || !earlier.has(candidate));
  const present = [...new Set([...attempts, ...results.notTaken].map(({ candidate }) => candidate))];
  const people = present.flatMap((name) => membersOf(name, teams));
  const { roster, remarks } = matchRoster(await readRoster(file), people);
  return { ...results, attempts, roster, remarks: [...results.remarks, ...remarks] };
}

/** Results of the run in one folder as they are written to another: with the inputs as they are called from there. */
export async function movedTo(out: string, results: Results, folder: string, changes: Changes): Promise<Results> {
  if (results.inputs === undefined) return results;
  const { assignment, roster } = changes;
  const named = { ...(assignment !== undefined && { assignment }), ...(roster !== undefined && { roster }) };
  const inputs = await rememberInputs({ ...(await recallInputs(results.inputs, folder)), ...named }, out);
  return { ...results, inputs };
}
