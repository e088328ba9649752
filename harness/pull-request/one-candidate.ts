import { nameProblem } from "../submission/file-name.ts";
import { printable } from "../text/printable.ts";
import { type ChangedPath, MODE } from "./changed-paths.ts";

/** Something that a pull request may not do. */
export interface PathProblem {
  /** From the root of the repository, printable; empty where it is about the pull request as a whole. */
  readonly path: string;
  /** Sentences for the candidate. */
  readonly reason: string;
}

export interface ScopeSetting {
  /** The folder of the candidates' folders, from the root of the repository, such as `submissions`. */
  readonly submissions: string;
  /** The only candidate whose folder may be changed; whichever it is where undefined. */
  readonly candidate: string | undefined;
}

export type Scope =
  | { readonly ok: true; readonly candidate: string }
  | { readonly ok: false; readonly problems: readonly PathProblem[] };

/** A pull request of more files is looked at by a person. A submission has a handful. */
const CHANGES_LIMIT = 500;

/** Decides whether a pull request changes one candidate's folder and nothing else. */
export function findCandidate(changes: readonly ChangedPath[], setting: ScopeSetting): Scope {
  if (changes.length === 0) return refuse([{ path: "", reason: "It changes nothing." }]);
  if (changes.length > CHANGES_LIMIT) {
    const reason = `It changes ${changes.length} files; a submission may change ${CHANGES_LIMIT}. Take out what does not belong to it, such as node_modules.`;
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
        ? `The folder is called \`${printable(submissions)}\`, with other capitals or accents. Move your files there.`
        : `It lies outside \`${printable(submissions)}/\`. A pull request may change one candidate's folder there, and nothing else.`,
    );
  }
  const [candidate, ...rest] = names.slice(depth);
  if (candidate === undefined || rest.length === 0) {
    const kind = change.after?.mode;
    if (kind === MODE.link) return outside("It is a symbolic link. Hand in the folder itself.");
    if (kind === MODE.submodule) return outside("It is a submodule. Hand in the files themselves.");
    return outside("It lies beside the candidates' folders. Put your files into a folder of your own.");
  }
  if (candidate.startsWith(".") || candidate === "node_modules") {
    return outside("No candidate's folder may be called that. Rename it with letters, digits and hyphens.");
  }
  return { kind: "inside", candidate, names: rest };
}

/** What is wrong with a changed file of the candidate's own. */
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
      return `It is marked as a program, which no submission needs. Take that back: git update-index --chmod=-x ${shellWord(path)}`;
    case MODE.link:
      return "It is a symbolic link. Put the file itself into your folder.";
    case MODE.submodule:
      return "It is a submodule. Put the files themselves into your folder.";
    default:
      return `Git calls its mode ${after.mode}. Hand in regular files only.`;
  }
  if (foldName(names.at(-1)!) === ".gitattributes") {
    return "It can change what others get when they check out your files. Delete it.";
  }
  return undefined;
}

/** Names that lead out of the folder, into git's own files, or that some systems cannot hold. */
export function pathNameProblem(name: string): string | undefined {
  if (name === "" || name === "." || name === "..") return "Its path leads out of the folder. Rename it.";
  // What HFS+ ignores, and what Windows calls the folder for short.
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
        reason: `It is in the folder of ${printable(candidate)}, and this pull request may change that of ${printable(only)} only.`,
      }));
  }
  if (candidates.length < 2) return [];
  const shown = candidates.slice(0, 3).map((candidate) => `\`${printable(candidate)}\``);
  const names = candidates.length > 3 ? `${shown.join(", ")} and ${candidates.length - 3} more` : shown.join(" and ");
  const reason = `The pull request changes the folders of ${candidates.length} candidates: ${names}. Make one pull request for each.`;
  return [{ path: printable(firstPathOf.get(candidates[1]!)!), reason }];
}

/** The other end of a move, where the content stayed the same. */
function moved({ path, before, after }: ChangedPath, changes: readonly ChangedPath[]): string {
  const partner = changes.find((other) =>
    after === null
      ? other.before === null && other.after?.hash === before?.hash
      : before === null && other.after === null && other.before?.hash === after.hash,
  );
  if (partner === undefined || partner.path === path) return after === null ? " Bring it back." : "";
  return after === null
    ? ` It was moved to \`${printable(partner.path)}\`: copy it instead.`
    : ` It was moved from \`${printable(partner.path)}\`.`;
}

/** The same for names that a reader, or a file system that ignores case or accents' spelling, takes for one. */
export function foldName(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

function shellWord(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${printable(path).replaceAll("'", "'\\''")}'`;
}
