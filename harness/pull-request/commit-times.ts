import { lstatSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { Received } from "../results/mark-facts.ts";
import type { Cohort } from "../submission/read.ts";
import { withSlashes } from "../system/spelling.ts";
import { UserError } from "../text/user-error.ts";
import { Git } from "./git.ts";

/**
 * When candidates submitted, by the repository that contains their folders: the committer's time of the last commit that
 * changed a folder. Folders with files that are not committed as they are have no time. A repository in a candidate's
 * folder is not read: it may bring configuration that runs programs.
 *
 * @param submissions the folder of the candidates' folders
 * @throws UserError if it is not in a repository
 */
export async function commitTimes(
  submissions: string,
  { candidates, submissions: modules }: Cohort,
): Promise<Received[]> {
  const folder = await realpath(submissions);
  const top = await new Git(folder).try(["rev-parse", "--show-toplevel"]);
  if (!top.ok) {
    throw new UserError(
      `The submissions are in no git repository (${top.message}).`,
      "Give the hand-in times as a file: --received times.csv.",
    );
  }
  const root = await realpath(top.output.toString("utf8").replace(/\n$/, ""));
  const git = new Git(root);
  const inRoot = (path: string) => withSlashes(relative(root, path), sep);
  const committed = await committedFiles(git, inRoot(folder));
  const changed = await changedFiles(git, root, committed);
  const times: Received[] = [];
  for (const candidate of candidates) {
    const path = inRoot(join(folder, candidate));
    const isChanged =
      [...changed].some((file) => file.startsWith(`${path}/`)) ||
      modules.some((one) => one.candidate === candidate && !committed.has(inRoot(join(one.folder, one.file))));
    const at = isChanged ? undefined : await lastCommit(git, path);
    if (at !== undefined) times.push({ candidate, at });
  }
  return times;
}

/** The committed files of a folder, with the hashes of their blobs. */
async function committedFiles(git: Git, folder: string): Promise<ReadonlyMap<string, string>> {
  const tree = await git.try(["ls-tree", "-r", "-z", "HEAD", "--", ...(folder === "" ? [] : [`${folder}/`])]);
  if (!tree.ok) return new Map();
  const entries = tree.output
    .toString("utf8")
    .split("\0")
    .filter((entry) => entry !== "");
  return new Map(
    entries.map((entry) => {
      const [head, path] = entry.split("\t") as [string, string];
      return [path, head.split(" ")[2]!];
    }),
  );
}

/** The committed files whose content is another now, or that are gone. */
async function changedFiles(
  git: Git,
  root: string,
  committed: ReadonlyMap<string, string>,
): Promise<ReadonlySet<string>> {
  // Git reads one path from each line.
  const isFile = (path: string) => lstatSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true;
  const present = [...committed.keys()].filter((path) => !path.includes("\n") && isFile(path));
  const hashes = await git.run(
    ["hash-object", "--no-filters", "--stdin-paths"],
    present.map((path) => `${path}\n`).join(""),
  );
  const now = new Map(
    hashes
      .toString("utf8")
      .split("\n")
      .map((hash, index) => [present[index], hash]),
  );
  return new Set([...committed].filter(([path, hash]) => now.get(path) !== hash).map(([path]) => path));
}

async function lastCommit(git: Git, path: string): Promise<string | undefined> {
  const log = await git.try(["rev-list", "-1", "--format=%cI", "HEAD", "--", path]);
  return log.ok ? log.output.toString("utf8").split("\n")[1] : undefined;
}
