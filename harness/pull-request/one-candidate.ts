import { isIgnoredName, nameProblem } from "../submission/file-name.ts";
import { printable } from "../text/printable.ts";
import { type ChangedPath, MODE } from "./changed-paths.ts";

/** A reason to refuse a pull request. */
export interface PathProblem {
  /** From the root of the repository, printable; empty for the pull request as a whole. */
  readonly path: string;
  /** Sentences for the candidate. */
  readonly reason: string;
}

export interface ScopeSetting {
  /** The folder of the candidates' folders, from the root of the repository, such as `submissions`. */
  readonly submissions: string;
  /** The only candidate whose folder may be changed; any one candidate if undefined. */
  readonly candidate: string | undefined;
}

export type Scope =
  | { readonly ok: true; readonly candidate: string }
  | { readonly ok: false; readonly problems: readonly PathProblem[] };

/** A larger pull request needs manual review. A submission has a handful of files. */
const CHANGES_LIMIT = 500;

/** Decides whether a pull request changes one candidate's folder and nothing else. */
export function findCandidate(changes: readonly ChangedPath[], setting: ScopeSetting): Scope {
  if (changes.length === 0) return refuse([{ path: "", reason: "It changes nothing." }]);
  if (changes.length > CHANGES_LIMIT) {
    const reason = `It changes ${changes.length} files; the limit is ${CHANGES_LIMIT}. Remove files that do not belong to the submission, such as node_modules.`;
    return refuse([{ path: "", reason }]);
  }
  const outside: PathProblem[] = [];
  const inside: PathProblem[] = [];
  const firstPathOf = new Map<string, string>();
  for (const change of changes) {
    const place = placeOf(change, setting.submissions);
    if (place.kind === "outside") {
      outside.push({ path: printable(change.path), reason: place.reason + moved(change, changes) });
      continue;
    }
    if (!firstPathOf.has(place.candidate)) firstPathOf.set(place.candidate, change.path);
    const reason = contentProblem(change, place.names);
    if (reason !== undefined) inside.push({ path: printable(change.path), reason });
  }
  const problems = [...outside, ...folderProblems(firstPathOf, setting), ...inside];
  return problems.length > 0 ? refuse(problems) : { ok: true, candidate: [...firstPathOf.keys()][0]! };
}

function refuse(problems: readonly PathProblem[]): Scope {
  return { ok: false, problems };
}

type ChangePlace =
  | { readonly kind: "outside"; readonly reason: string }
  /** `names`: the folders and the file below the candidate's folder. */
  | { readonly kind: "inside"; readonly candidate: string; readonly names: readonly string[] };

function placeOf(change: ChangedPath, submissions: string): ChangePlace {
  const outside = (reason: string): ChangePlace => ({ kind: "outside", reason });
  if (!change.isText) return outside("Its name is not valid UTF-8. Rename it with letters, digits and hyphens.");
  const names = change.path.split("/");
  const depth = submissions.split("/").length;
  const folder = names.slice(0, depth).join("/");
  if (folder !== submissions) {
    const isAlike = foldName(folder) === foldName(submissions);
    return outside(
      isAlike
        ? `The folder's name is \`${printable(submissions)}\`: yours differs in case or Unicode form. Move your files there.`
        : `It is outside \`${printable(submissions)}/\`. A pull request may change only one candidate's folder there.`,
    );
  }
  const [candidate, ...rest] = names.slice(depth);
  if (candidate === undefined || rest.length === 0) {
    const kind = change.after?.mode;
    if (kind === MODE.link) return outside("It is a symbolic link. Submit the folder itself.");
    if (kind === MODE.submodule) return outside("It is a submodule. Submit the files themselves.");
    return outside("It is next to the candidates' folders. Put your files into your own folder.");
  }
  if (isIgnoredName(candidate)) {
    return outside("A candidate's folder may not have this name. Rename it with letters, digits and hyphens.");
  }
  return { kind: "inside", candidate, names: rest };
}

/** The problem of a changed file in the candidate's own folder. */
function contentProblem({ path, before, after }: ChangedPath, names: readonly string[]): string | undefined {
  if (after === null) return undefined;
  for (const name of path.split("/")) {
    const problem = pathNameProblem(name);
    if (problem !== undefined) return problem;
  }
  switch (after.mode) {
    case MODE.file:
      break;
    case MODE.program:
      if (before?.mode === MODE.program) break;
      return `It is marked as executable, which no submission needs. Undo that: git update-index --chmod=-x ${shellWord(path)}`;
    case MODE.link:
      return "It is a symbolic link. Put the file itself into your folder.";
    case MODE.submodule:
      return "It is a submodule. Put the files themselves into your folder.";
    default:
      return `Its git mode is ${after.mode}. Submit regular files only.`;
  }
  if (foldName(names.at(-1)!) === ".gitattributes") {
    return "It can change your files for others who check them out. Delete it.";
  }
  return undefined;
}

/** The problem of a name that leads out of the folder or into git's own files, or is invalid on some systems. */
export function pathNameProblem(name: string): string | undefined {
  if (name === "" || name === "." || name === "..") return "Its path leads out of the folder. Rename it.";
  // Characters that HFS+ ignores; below, also the folder's short names on Windows.
  const folded = foldName(name).replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "");
  if (/^(\.git|git~\d+)$/.test(folded)) return "Its path names git's own folder. Rename it.";
  return nameProblem(name);
}

function folderProblems(firstPathOf: ReadonlyMap<string, string>, { candidate: only }: ScopeSetting): PathProblem[] {
  const candidates = [...firstPathOf.keys()];
  if (only !== undefined) {
    return candidates
      .filter((candidate) => candidate !== only)
      .map((candidate) => ({
        path: printable(firstPathOf.get(candidate)!),
        reason: `It is in the folder of ${printable(candidate)}, but this pull request may change only that of ${printable(only)}.`,
      }));
  }
  if (candidates.length < 2) return [];
  const shown = candidates.slice(0, 3).map((candidate) => `\`${printable(candidate)}\``);
  const names = candidates.length > 3 ? `${shown.join(", ")} and ${candidates.length - 3} more` : shown.join(" and ");
  const reason = `The pull request changes the folders of ${candidates.length} candidates: ${names}. Make one pull request for each.`;
  return [{ path: printable(firstPathOf.get(candidates[1]!)!), reason }];
}

/** A sentence on the other end of a move that kept the content. */
function moved({ path, before, after }: ChangedPath, changes: readonly ChangedPath[]): string {
  const partner = changes.find((other) =>
    after === null
      ? other.before === null && other.after?.hash === before?.hash
      : before === null && other.after === null && other.before?.hash === after.hash,
  );
  if (partner === undefined || partner.path === path) return after === null ? " Restore it." : "";
  return after === null
    ? ` It was moved to \`${printable(partner.path)}\`: copy it instead.`
    : ` It was moved from \`${printable(partner.path)}\`.`;
}

/** The same for names that a reader, or a file system that ignores case or Unicode form, cannot distinguish. */
export function foldName(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

function shellWord(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${printable(path).replaceAll("'", "'\\''")}'`;
}
