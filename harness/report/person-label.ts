import type { RosterEntry } from "../results/roster.ts";

/**
 * How people are called in tables for instructors: `Ada Lovelace (ada), A`, with the section; the folder's name alone if
 * the roster has nothing else, or if it contains the person's name.
 */
export function personLabels(roster: readonly RosterEntry[]): (candidate: string) => string {
  const people = new Map(roster.map((entry) => [entry.candidate, entry]));
  return (candidate) => {
    const { name = "", section = "" } = people.get(candidate) ?? {};
    const who = name === "" || candidate.includes(name) ? candidate : `${name} (${candidate})`;
    return section === "" ? who : `${who}, ${section}`;
  };
}
