import type { Comparison } from "./comparison.ts";
import type { Git } from "./git.ts";

/** A path that a pull request adds, changes or deletes. A move is a deletion and an addition. */
export interface ChangedPath {
  /** From the root of the repository, with `/` between folders. */
  readonly path: string;
  /** Whether the path is UTF-8; if not, `path` contains replacement characters. */
  readonly isText: boolean;
  readonly before: TreeEntry | null;
  readonly after: TreeEntry | null;
}

export interface TreeEntry {
  /** As git writes it: `100644`. */
  readonly mode: string;
  readonly hash: string;
}

export const MODE = { file: "100644", program: "100755", link: "120000", submodule: "160000" } as const;

const NOTHING = "000000";

/** All differences between the pull request's merge base and its head, regardless of attributes. */
export async function listChanges(git: Git, { mergeBase, head }: Comparison): Promise<ChangedPath[]> {
  const output = await git.run([
    ...["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--ignore-submodules=none"],
    ...["--no-ext-diff", "--no-textconv", mergeBase, head],
  ]);
  const changes: ChangedPath[] = [];
  // `:100644 100644 <hash> <hash> M`, then the path, each terminated by NUL: the only byte that no path can contain.
  const fields = splitAtNul(output);
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [oldMode, newMode, oldHash, newHash] = fields[index]!.toString("latin1").slice(1).split(" ");
    const raw = fields[index + 1]!;
    const path = raw.toString("utf8");
    changes.push({
      path,
      isText: Buffer.from(path).equals(raw),
      before: oldMode === NOTHING ? null : { mode: oldMode!, hash: oldHash! },
      after: newMode === NOTHING ? null : { mode: newMode!, hash: newHash! },
    });
  }
  return changes;
}

export function splitAtNul(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start);
    const stop = end < 0 ? bytes.length : end;
    parts.push(bytes.subarray(start, stop));
    start = stop + 1;
  }
  return parts;
}
