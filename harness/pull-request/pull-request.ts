import { rm } from "node:fs/promises";
import { join } from "node:path";
import { makeTemporaryFolder } from "../files/temporary-folder.ts";
import type { Cohort } from "../submission/read.ts";
import { UserError } from "../text/user-error.ts";
import { listCandidateFiles, writeCandidateFiles } from "./candidate-files.ts";
import { listChanges } from "./changed-paths.ts";
import { findChangedSubmissions } from "./changed-submissions.ts";
import { type Comparison, compareCommits } from "./comparison.ts";
import type { Git } from "./git.ts";
import { findCandidate, type PathProblem } from "./one-candidate.ts";

export interface PullRequestSetting {
  /** The target branch or commit. */
  readonly base: string;
  /** Its last commit. */
  readonly head: string;
  /** The folder of the candidates' folders, from the root of the repository. */
  readonly submissions: string;
  /** The only candidate whose folder may be changed; any one candidate if undefined. */
  readonly candidate: string | undefined;
  /** The names of all tasks. */
  readonly taskNames: readonly string[];
}

/** A pull request to grade, or the reasons to refuse it. */
export type PullRequest =
  | { readonly state: "refused"; readonly problems: readonly PathProblem[]; readonly isShallow: boolean }
  | TakenPullRequest;

export interface TakenPullRequest {
  readonly state: "taken";
  readonly comparison: Comparison;
  readonly candidate: string;
  /** The changed submissions: at least one of them, or a refused module. */
  readonly cohort: Cohort;
  /** Tasks whose submission is unchanged. */
  readonly unchanged: readonly string[];
}

/**
 * Passes a pull request's changes to `use`: the candidate's files as committed, in a folder that is deleted afterwards.
 * Nothing of the pull request reaches the work tree, and nothing else of it is read.
 *
 * @throws UserError if the setting is wrong or the clone is incomplete; never because of the pull request's content
 */
export async function withPullRequest<T>(
  git: Git,
  setting: PullRequestSetting,
  use: (pullRequest: PullRequest) => Promise<T>,
): Promise<T> {
  const folder = makeTemporaryFolder();
  try {
    return await use(await readPullRequest(git, setting, folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readPullRequest(git: Git, setting: PullRequestSetting, folder: string): Promise<PullRequest> {
  const { base, head, submissions, taskNames } = setting;
  const compared = await compareCommits(git, base, head);
  if (!compared.ok) return refused([{ path: "", reason: compared.reason }]);
  const { comparison } = compared;
  await expectSubmissions(git, comparison, submissions);

  const scope = findCandidate(await listChanges(git, comparison), setting);
  if (!scope.ok) return refused(scope.problems, comparison.isShallow);
  const { candidate } = scope;
  const before = await listCandidateFiles(git, comparison.mergeBase, submissions, candidate);
  const after = await listCandidateFiles(git, comparison.head, submissions, candidate);
  if (after.problems.length > 0) return refused(after.problems);
  await writeCandidateFiles(git, before, join(folder, "before"));
  const problems = await writeCandidateFiles(git, after, join(folder, "after"));
  if (problems.length > 0) return refused(problems);

  const changed = await findChangedSubmissions(join(folder, "before"), join(folder, "after"), candidate, taskNames);
  const { cohort, unchanged } = changed;
  if (cohort.submissions.length === 0 && cohort.refused.length === 0) {
    const reason = `It changes no submission: no changed file is a task's module, such as \`${submissions}/${candidate}/${taskNames[0]}.ts\`, or imported by one.`;
    return refused([{ path: "", reason: [reason, ...cohort.remarks].join(" ") }]);
  }
  return { state: "taken", comparison, candidate, cohort, unchanged };
}

function refused(problems: readonly PathProblem[], isShallow = false): PullRequest {
  return { state: "refused", problems, isShallow };
}

/** A folder that is in neither commit is a mistake in the workflow, not the candidate's. */
async function expectSubmissions(git: Git, { base, head }: Comparison, submissions: string): Promise<void> {
  for (const commit of [base, head]) {
    const outcome = await git.try(["cat-file", "-t", `${commit}:${submissions}`]);
    if (outcome.ok && outcome.output.toString().trim() === "tree") return;
  }
  throw new UserError(
    `There is no folder ${submissions} in the base branch or the pull request.`,
    "Set --submissions to the folder that contains the candidates' folders.",
  );
}
