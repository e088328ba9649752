import { join, posix } from "node:path";
import { UserError } from "../text/user-error.ts";
import { listCandidateFiles, writeCandidateFiles } from "./candidate-files.ts";
import { findCommit } from "./comparison.ts";
import type { Git } from "./git.ts";

/**
 * Writes a folder as the base branch has it, and returns its path. Tasks are read this way: their code runs unconfined,
 * so a pull request must not supply it.
 *
 * @param path from the root of the repository
 */
export async function writeBaseFolder(git: Git, base: string, path: string, target: string): Promise<string> {
  const commit = await findCommit(git, base, "--base");
  const { dir, base: name } = posix.parse(path);
  const listed = await listCandidateFiles(git, commit, dir, name);
  if (listed.files.length === 0) {
    throw new UserError(
      `There is no folder ${path} in the base branch.`,
      "Tasks are read from there: commit the folder to the base branch first, or correct --tasks.",
    );
  }
  const problems = [...listed.problems, ...(await writeCandidateFiles(git, listed, target))];
  if (problems.length > 0) throw new UserError(`${problems[0]!.path}: ${problems[0]!.reason}`);
  return join(target, name);
}
