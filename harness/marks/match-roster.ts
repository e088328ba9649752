import type { RosterEntry } from "../results/roster.ts";
import { nearestName } from "../text/nearest-name.ts";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";

/** A roster whose candidates have the names of their folders, as far as they have any. */
export interface MatchedRoster {
  readonly roster: readonly RosterEntry[];
  /** Sentences on what somebody should look at. */
  readonly remarks: readonly string[];
}

/**
 * Finds everybody's folder. One whose name differs from the roster's by capitals or accents' spelling only is taken for
 * it, with a remark, since otherwise its owner would get nothing. Whoever has a folder and is not on the roster is named.
 *
 * @throws UserError if somebody could be the owner of either of two folders
 */
export function matchRoster(roster: readonly RosterEntry[], folders: readonly string[]): MatchedRoster {
  if (roster.length === 0) return { roster, remarks: [] };
  const exact = new Set(roster.map(({ candidate }) => candidate));
  const unclaimed = new Set(folders.filter((folder) => !exact.has(folder)));
  const present = new Set(folders);
  const remarks: string[] = [];
  const matched = roster.map((entry): RosterEntry => {
    const { candidate } = entry;
    if (present.has(candidate)) return entry;
    const alike = [...unclaimed].filter((folder) => fold(folder) === fold(candidate));
    if (alike.length > 1) throw ambiguous(candidate, alike);
    const [folder] = alike;
    if (folder === undefined) return entry;
    unclaimed.delete(folder);
    remarks.push(
      `The folder ${quoted(folder)} is taken for ${quoted(candidate)} on the roster: they differ by capitals or accents' spelling only.`,
    );
    return { ...entry, candidate: folder };
  });
  const absent = matched.map(({ candidate }) => candidate).filter((candidate) => !present.has(candidate));
  for (const folder of unclaimed) {
    const near = nearestName(folder, absent);
    const hint = near === undefined ? "" : ` ${quoted(near)} is, and has no folder: are they the same person?`;
    remarks.push(`${quoted(folder)} is not on the roster.${hint}`);
  }
  return { roster: matched, remarks };
}

function ambiguous(candidate: string, folders: readonly string[]): UserError {
  return new UserError(
    `${quoted(candidate)} on the roster could be the owner of ${folders.map(quoted).join(" or ")}.`,
    "Write the folder's name in the roster just as it is spelt.",
  );
}

function fold(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

function quoted(name: string): string {
  return `\`${printable(name)}\``;
}
