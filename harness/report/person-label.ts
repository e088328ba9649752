import type { RosterEntry } from "../results/roster.ts";
import { wordsOf } from "../text/name-words.ts";

/** How people are called in tables for instructors, by the names of their folders. */
export function personLabels(roster: readonly RosterEntry[]): (candidate: string) => string {
  const people = new Map(roster.map((entry) => [entry.candidate, entry]));
  return (candidate) => personLabel({ name: "", section: "", ...people.get(candidate), candidate });
}

/**
 * `Ada Lovelace (ada), A`, with the section; the folder's name alone if the roster has nothing else, or if it contains
 * the person's name.
 */
export function personLabel({ candidate, name, section }: Pick<RosterEntry, "candidate" | "name" | "section">): string {
  const inFolder = wordsOf(candidate);
  const isSaid = wordsOf(name).every((word) => inFolder.includes(word));
  const who = isSaid ? candidate : `${name} (${candidate})`;
  return section === "" ? who : `${who}, ${section}`;
}
