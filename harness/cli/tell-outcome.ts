import { randomUUID } from "node:crypto";
import { appendFile } from "node:fs/promises";
import { constants } from "node:os";
import { isAccepted, type PullRequestOutcome } from "../pull-request/outcome.ts";
import { annotationLines, pullRequestAnnotations, withoutCommands } from "../report/ci/annotations.ts";
import { jobSummary } from "../report/ci/job-summary.ts";
import { pullRequestText } from "../report/ci/pull-request-text.ts";
import { colorsFor, print, printJson, printRemark, textWidth } from "./output.ts";

/** Reports a pull request's outcome: as text or JSON, and in GitHub Actions as annotations and a job summary. */
export async function tellOutcome(outcome: PullRequestOutcome, isJson: boolean): Promise<void> {
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY } = process.env;
  const isInActions = GITHUB_ACTIONS === "true";
  const text = pullRequestText(outcome, { colors: colorsFor(process.stdout), width: textWidth() });
  if (isJson) printJson(outcomeDocument(outcome));
  else print(isInActions ? withoutCommands(text, randomUUID()) : text);
  if (!isInActions) return;
  for (const line of annotationLines(pullRequestAnnotations(outcome))) isJson ? printRemark(line) : print(line);
  if (GITHUB_STEP_SUMMARY) await appendFile(GITHUB_STEP_SUMMARY, jobSummary(outcome));
}

/** The output of `ci --json`. */
function outcomeDocument(outcome: PullRequestOutcome) {
  if (outcome.state === "refused") return { schema: 1, state: outcome.state, problems: outcome.problems };
  const { state, candidate, problems, remarks, unchanged, marks, results } = outcome;
  return { schema: 1, state, candidate, problems, remarks, unchanged, marks, results };
}

/** 0 if all is accepted, 1 if not, 3 after an internal error, 128 + the signal (as in shells) if one stopped it. */
export function exitCodeOf(outcome: PullRequestOutcome): number {
  if (outcome.state === "graded") {
    const { results, stoppedBy } = outcome;
    if (results.state === "stopped" && stoppedBy !== undefined) return 128 + constants.signals[stoppedBy];
    if (results.attempts.some(({ verdict }) => verdict === "harness-error")) return 3;
  }
  return isAccepted(outcome) ? 0 : 1;
}
