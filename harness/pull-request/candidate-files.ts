import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder } from "../files/make-folder.ts";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { MODE, splitAtNul } from "./changed-paths.ts";
import type { Git } from "./git.ts";
import { foldName, type PathProblem, pathNameProblem } from "./one-candidate.ts";

/** Limits of a candidate's whole folder; a module's imports have separate, far lower limits. */
const FILES_LIMIT = 1_000;
const BYTES_LIMIT = 16 * 1024 * 1024;
const LFS_POINTER = "version https://git-lfs.github.com/spec/";

interface ListedFile {
  /** Relative to the submissions folder. */
  readonly path: string;
  readonly names: readonly string[];
  readonly mode: string;
  readonly hash: string;
  readonly bytes: number;
}

/** A candidate's folder in a commit. */
export interface CandidateFiles {
  readonly candidate: string;
  /** From the root of the repository. */
  readonly submissions: string;
  readonly files: readonly ListedFile[];
  readonly problems: readonly PathProblem[];
}

/**
 * Lists a candidate's regular files in a commit, and finds problems of the folder as a whole.
 *
 * @param submissions from the root of the repository
 */
export async function listCandidateFiles(
  git: Git,
  commit: string,
  submissions: string,
  candidate: string,
): Promise<CandidateFiles> {
  // In a subfolder of the repository, git would list only what is in a folder of that name.
  // The folder does not exist before the first submission.
  const outcome = await git.try(["ls-tree", "--full-tree", "-r", "-l", "-z", `${commit}:${submissions}`]);
  const listed = outcome.ok ? splitAtNul(outcome.output).map(readEntry) : [];
  const own = listed.filter(({ names }) => names[0] === candidate && names.length > 1);
  const files = own.filter(({ mode }) => mode === MODE.file || mode === MODE.program);
  const others = new Set(listed.map(({ names }) => names[0]!).filter((name) => name !== candidate));
  const problems = [
    ...sizeProblems(files, submissions, candidate),
    ...[...others]
      .filter((name) => foldName(name) === foldName(candidate))
      .map((name) => alike(submissions, candidate, name)),
    ...collisions(files).map(([first, second]) => ({
      path: printable(`${submissions}/${second.path}`),
      reason: `It and \`${printable(first.path)}\` are the same file on systems that ignore case. Rename one of them.`,
    })),
  ];
  return {
    candidate,
    submissions,
    files: files.filter(({ names }) => names.every((name) => pathNameProblem(name) === undefined)),
    problems,
  };
}

/** `100644 blob <hash>    1234<tab>alice/softmax.ts` */
function readEntry(entry: Buffer): ListedFile {
  const tab = entry.indexOf("\t");
  const [mode, , hash, size] = entry.subarray(0, tab).toString("latin1").split(/ +/);
  const path = entry.subarray(tab + 1).toString("utf8");
  return { path, names: path.split("/"), mode: mode!, hash: hash!, bytes: size === "-" ? 0 : Number(size) };
}

function sizeProblems(files: readonly ListedFile[], submissions: string, candidate: string): PathProblem[] {
  const path = printable(`${submissions}/${candidate}`);
  if (files.length > FILES_LIMIT) {
    const reason = `The folder has ${files.length} files; the limit is ${FILES_LIMIT}. Keep only the files that the submission needs.`;
    return [{ path, reason }];
  }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes <= BYTES_LIMIT) return [];
  const mebibytes = (bytes / 1024 / 1024).toFixed(1);
  const reason = `The folder has ${mebibytes} MiB; the limit is ${BYTES_LIMIT / 1024 / 1024} MiB. Keep only the files that the submission needs.`;
  return [{ path, reason }];
}

function alike(submissions: string, candidate: string, other: string): PathProblem {
  return {
    path: printable(`${submissions}/${candidate}`),
    reason: `It differs from the folder \`${printable(other)}\` only in case or Unicode form. Rename yours, or use the other if it is yours.`,
  };
}

/** Files that would overwrite each other, on a system that ignores case or because a tree lists a path twice. */
function collisions(files: readonly ListedFile[]): (readonly [ListedFile, ListedFile])[] {
  const seen = new Map<string, ListedFile>();
  const pairs: (readonly [ListedFile, ListedFile])[] = [];
  for (const file of files) {
    const key = foldName(file.path);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, file);
    else pairs.push([first, file]);
  }
  for (const file of files) {
    const above = file.names.slice(0, -1).map((_, depth) => foldName(file.names.slice(0, depth + 1).join("/")));
    const folderOfSameName = above.map((key) => seen.get(key)).find((found) => found !== undefined);
    if (folderOfSameName !== undefined) pairs.push([folderOfSameName, file]);
  }
  return pairs;
}

/**
 * Writes a candidate's files below `root/<candidate>`, byte for byte as they were committed, without the filters and
 * line endings that attributes set for work trees.
 *
 * @returns problems of files that are only placeholders of their content
 */
export async function writeCandidateFiles(
  git: Git,
  { candidate, submissions, files }: CandidateFiles,
  root: string,
): Promise<PathProblem[]> {
  await makeFolder(join(root, candidate));
  const contents = await readBlobs(
    git,
    files.map(({ hash }) => hash),
  );
  const problems: PathProblem[] = [];
  for (const [index, { names, path }] of files.entries()) {
    const content = contents[index]!;
    if (content.subarray(0, LFS_POINTER.length).toString("latin1") === LFS_POINTER) {
      problems.push({
        path: printable(`${submissions}/${path}`),
        reason: "It is kept in Git LFS: the commit contains only a pointer. Commit the file itself.",
      });
    }
    const target = join(root, ...names);
    await makeFolder(dirname(target));
    await writeFile(target, content);
  }
  return problems;
}

async function readBlobs(git: Git, hashes: readonly string[]): Promise<Buffer[]> {
  const output = await git.run(["cat-file", "--batch"], hashes.map((hash) => `${hash}\n`).join(""));
  let at = 0;
  return hashes.map((hash) => {
    const end = output.indexOf("\n", at);
    const header = output.subarray(at, end).toString("latin1");
    const size = /^\S+ blob (\d+)$/.exec(header)?.[1];
    if (size === undefined) {
      throw new UserError(
        `The clone lacks a file of the pull request (${hash}).`,
        "Clone the whole repository, without --filter; `git fsck` lists other missing objects.",
      );
    }
    at = end + 1 + Number(size) + 1;
    return output.subarray(end + 1, end + 1 + Number(size));
  });
}
