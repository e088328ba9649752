import type { RosterEntry } from "../results/roster.ts";
import { nearestName } from "../text/nearest-name.ts";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";

/** A roster whose candidates have the names of their folders, if they have one. */
export interface MatchedRoster {
  readonly roster: readonly RosterEntry[];
  /** Warnings, as sentences. */
  readonly remarks: readonly string[];
}

/**
 * Finds each candidate's folder. A folder whose name differs from the roster's only in case or Unicode form is matched,
 * with a warning, since otherwise its owner would get no marks. Folders that are not on the roster give a warning.
 *
 * @throws UserError if two folders match one candidate
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
      `The folder ${quoted(folder)} is matched to ${quoted(candidate)} on the roster: they differ only in case or Unicode form.`,
    );
    return { ...entry, candidate: folder };
  });
  const absent = matched.map(({ candidate }) => candidate).filter((candidate) => !present.has(candidate));
  for (const folder of unclaimed) {
    const near = nearestName(folder, absent);
    const hint = near === undefined ? "" : ` ${quoted(near)} is, but has no folder: are they the same person?`;
    remarks.push(`${quoted(folder)} is not on the roster.${hint}`);
  }
  return { roster: matched, remarks };
}

function ambiguous(candidate: string, folders: readonly string[]): UserError {
  return new UserError(
    `${quoted(candidate)} on the roster matches more than one folder: ${folders.map(quoted).join(", ")}.`,
    "Spell the name in the roster exactly as the folder's.",
  );
}

function fold(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

function quoted(name: string): string {
  return `\`${printable(name)}\``;
}
