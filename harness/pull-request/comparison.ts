import { didYouMean } from "../text/nearest-name.ts";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import type { Git } from "./git.ts";

/** The commits that define a pull request's changes, by their hashes. */
export interface Comparison {
  /** The target branch: assignment and rules come from here. */
  readonly base: string;
  /** The pull request's last commit: the candidate's files come from here. */
  readonly head: string;
  /** Where it began: its changes are the differences between this and `head`. */
  readonly mergeBase: string;
  /** The clone lacks history, so `mergeBase` may be older than it should be. */
  readonly isShallow: boolean;
}

export type ComparisonResult =
  | { readonly ok: true; readonly comparison: Comparison }
  /** Sentences for the candidate. */
  | { readonly ok: false; readonly reason: string };

/**
 * @param base the target branch or commit
 * @param head the pull request's last commit
 * @throws UserError if one of them is missing, or the clone's history is too short
 */
export async function compareCommits(git: Git, base: string, head: string): Promise<ComparisonResult> {
  const isShallow = await isShallowRepository(git);
  const baseCommit = await findCommit(git, base, "--base");
  const headCommit = await findCommit(git, head, "--head");
  const outcome = await git.try(["merge-base", "--all", baseCommit, headCommit]);
  const mergeBases = outcome.ok ? outcome.output.toString().trim().split("\n") : [];
  if (mergeBases.length !== 1 && isShallow) {
    throw new UserError(
      "This clone is shallow: its history does not contain the start of the pull request.",
      "Fetch the rest with `git fetch --unshallow`, or set `fetch-depth: 0` for actions/checkout.",
    );
  }
  if (mergeBases.length === 0) {
    return {
      ok: false,
      reason:
        "It shares no history with the base branch. Create a new branch from the base branch and add your folder to it.",
    };
  }
  if (mergeBases.length > 1) {
    return {
      ok: false,
      reason:
        "Its branch and the base branch have been merged into each other, so there is no single merge base. Merge the base branch into yours once more and push.",
    };
  }
  return { ok: true, comparison: { base: baseCommit, head: headCommit, mergeBase: mergeBases[0]!, isShallow } };
}

async function isShallowRepository(git: Git): Promise<boolean> {
  const outcome = await git.try(["rev-parse", "--is-shallow-repository"]);
  if (outcome.ok) return outcome.output.toString().trim() === "true";
  if (outcome.message.includes("dubious ownership")) {
    throw new UserError(
      "The repository belongs to another user, so git refuses to read it.",
      "Allow it with: git config --global --add safe.directory <its folder>",
    );
  }
  throw new UserError(
    "This folder is not in a git repository.",
    "Run `kernelmark ci` in a clone of the course's repository.",
  );
}

/** The hash of a commit that an option names. */
export async function findCommit(git: Git, ref: string, option: string): Promise<string> {
  const shown = `"${shorten(printable(ref), 100)}"`;
  // Git would read a leading hyphen as an option.
  if (ref === "" || ref.startsWith("-") || /\p{Cc}/u.test(ref)) {
    throw new UserError(`${option} is ${shown}, which is not a valid commit name.`, "Give a branch, tag or hash.");
  }
  const outcome = await git.try(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
  if (outcome.ok) return outcome.output.toString().trim();
  const refs = await git.text(["for-each-ref", "--format=%(refname:short)"]);
  throw new UserError(
    `${option} is ${shown}, but there is no such commit in this clone.${didYouMean(ref, refs.split("\n"))}`,
    `Fetch it first: git fetch origin ${/^[\w./-]+$/.test(ref) ? ref.replace(/^origin\//, "") : "<branch>"}`,
  );
}
