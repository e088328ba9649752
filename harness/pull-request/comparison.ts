import { didYouMean } from "../text/nearest-name.ts";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import type { Git } from "./git.ts";

/** The commits that say what a pull request changes, by their hashes. */
export interface Comparison {
  /** The branch that it would be merged into: assignment and rules come from here. */
  readonly base: string;
  /** The pull request's last commit: the candidate's files come from here. */
  readonly head: string;
  /** Where it began: what it changes is what differs between this and `head`. */
  readonly mergeBase: string;
  /** The clone lacks history, so `mergeBase` may be older than it should be. */
  readonly isShallow: boolean;
}

export type ComparisonResult =
  | { readonly ok: true; readonly comparison: Comparison }
  /** Sentences for the candidate. */
  | { readonly ok: false; readonly reason: string };

/**
 * @param base the branch or commit that is merged into
 * @param head the pull request's last commit
 * @throws UserError if one of them is not there, or the clone does not reach back far enough
 */
export async function compareCommits(git: Git, base: string, head: string): Promise<ComparisonResult> {
  const isShallow = await isShallowRepository(git);
  const baseCommit = await findCommit(git, base, "--base");
  const headCommit = await findCommit(git, head, "--head");
  const outcome = await git.try(["merge-base", "--all", baseCommit, headCommit]);
  const mergeBases = outcome.ok ? outcome.output.toString().trim().split("\n") : [];
  if (mergeBases.length !== 1 && isShallow) {
    throw new UserError(
      "This clone is shallow: its history does not reach back to where the pull request began.",
      "Fetch the rest with `git fetch --unshallow`, or set `fetch-depth: 0` for actions/checkout.",
    );
  }
  if (mergeBases.length === 0) {
    return {
      ok: false,
      reason:
        "It shares no history with the base branch. Make a new branch from the base branch, and put your folder on it.",
    };
  }
  if (mergeBases.length > 1) {
    return {
      ok: false,
      reason:
        "Its history and the base branch's have been merged into each other both ways, so that it has no single beginning. Merge the base branch into yours once more, and push.",
    };
  }
  return { ok: true, comparison: { base: baseCommit, head: headCommit, mergeBase: mergeBases[0]!, isShallow } };
}

async function isShallowRepository(git: Git): Promise<boolean> {
  const outcome = await git.try(["rev-parse", "--is-shallow-repository"]);
  if (outcome.ok) return outcome.output.toString().trim() === "true";
  if (outcome.message.includes("dubious ownership")) {
    throw new UserError(
      "The repository belongs to another user, and git does not read it.",
      "Allow it with: git config --global --add safe.directory <its folder>",
    );
  }
  throw new UserError(
    "This folder is not in a git repository.",
    "Run `kernelmark ci` in a clone of the course's repository.",
  );
}

async function findCommit(git: Git, ref: string, option: string): Promise<string> {
  const shown = `"${shorten(printable(ref), 100)}"`;
  // What begins with a hyphen would be an option of git's.
  if (ref === "" || ref.startsWith("-") || /\p{Cc}/u.test(ref)) {
    throw new UserError(`${option} is ${shown}, which cannot be a commit's name.`, "Give a branch, a tag or a hash.");
  }
  const outcome = await git.try(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
  if (outcome.ok) return outcome.output.toString().trim();
  const refs = await git.text(["for-each-ref", "--format=%(refname:short)"]);
  throw new UserError(
    `${option} is ${shown}, and there is no such commit in this clone.${didYouMean(ref, refs.split("\n"))}`,
    `Fetch it first: git fetch origin ${/^[\w./-]+$/.test(ref) ? ref.replace(/^origin\//, "") : "<branch>"}`,
  );
}
