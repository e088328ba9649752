import { type Attempt, noTimings } from "./attempt.ts";
import type { Results } from "./results.ts";

/** The attempt of a candidate who submitted nothing for a task. */
export function missingAttempt(candidate: string, task: string, message: string, startedAt: string): Attempt {
  return {
    schema: 1,
    candidate,
    task,
    file: "",
    hash: "",
    files: [],
    verdict: "missing",
    message,
    evidence: null,
    mistake: null,
    findings: [],
    cases: [],
    caseCount: 0,
    log: "",
    remarks: [],
    startedAt,
    durationMs: 0,
    timings: noTimings,
    measurement: null,
  };
}

/**
 * A finished run with an attempt per candidate, including those only on the roster or in an earlier run, and task that
 * counts. A team is one candidate, by the name of its folder; its members are none. A task that the run never looked at
 * has no attempt: whether it was submitted is not known.
 */
export function withMissing(results: Results): Results {
  const { attempts, assignment, caseGroups, roster, startedAt, teams = [], earlier = [] } = results;
  const members = new Set(teams.map(({ candidate }) => candidate));
  const expected = [
    ...roster.map(({ candidate }) => candidate).filter((candidate) => !members.has(candidate)),
    ...teams.map(({ team }) => team),
    ...earlier.flatMap((run) => run.attempts.map(({ candidate }) => candidate)),
  ];
  const key = (candidate: string, task: string) => JSON.stringify([candidate, task]);
  const tried = new Set(attempts.map(({ candidate, task }) => key(candidate, task)));
  const present = new Set(attempts.map(({ candidate }) => candidate));
  const allCandidates = new Set([...present, ...expected]);
  const missing = [...allCandidates].flatMap((candidate) =>
    Object.keys(assignment.tasks)
      .filter((task) => Object.hasOwn(caseGroups, task) && !tried.has(key(candidate, task)))
      .map((task) => {
        const lack = present.has(candidate) ? `There is no ${task}.ts in the folder` : "There is no folder";
        return missingAttempt(candidate, task, `${lack} of ${candidate}.`, startedAt);
      }),
  );
  const all = [...attempts, ...missing];
  return { ...results, attempts: all.sort((a, b) => compare(a.candidate, b.candidate) || compare(a.task, b.task)) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a run knows of people, or of earlier work, without a submission now. */
export function expectsSomebody({
  roster,
  teams = [],
  earlier = [],
}: Pick<Results, "roster" | "teams" | "earlier">): boolean {
  return roster.length + teams.length + earlier.length > 0;
}
