import { group } from "d3-array";
import type { CollectedEntry } from "../intake/collected-file.ts";
import type { TeamMember } from "../results/mark-facts.ts";
import type { NotTaken } from "../results/not-taken.ts";
import type { RefusedPath } from "../results/results.ts";
import type { RosterEntry } from "../results/roster.ts";
import { printable } from "../text/printable.ts";
import { matchRoster } from "./match-roster.ts";

/**
 * The teams of a mapping: folders with several lines. Members are called as on the roster, otherwise as their platform
 * calls them.
 */
export function collectedTeams(entries: readonly CollectedEntry[], roster: readonly RosterEntry[]): TeamMember[] {
  const collected = entries.filter(({ status }) => status === "collected");
  const teams = [...group(collected, ({ candidate }) => candidate)].filter(([, members]) => members.length > 1);
  return teams.flatMap(([team, lines]) => {
    const owners = lines.map((line) => ({ ...line, candidate: line.email || line.login || line.id || line.name }));
    const keys = owners.map(({ candidate }) => candidate);
    const matched = matchRoster(roster, keys, owners).roster;
    const listedAs = new Map(matched.map(({ candidate }, place) => [candidate, roster[place]!.candidate]));
    return owners.map(({ candidate, name }) => ({ team, candidate: listedAs.get(candidate) ?? (name || candidate) }));
  });
}

/** Hand-ins that `collect` left to a person, as paths in the download. */
export function unclearHandIns(entries: readonly CollectedEntry[]): RefusedPath[] {
  const unclear = entries.filter(({ status }) => status === "unclear");
  return [...group(unclear, ({ from }) => from)].map(([from, [line]]) => ({
    path: printable(from),
    reason: line!.note || "`kernelmark collect` left it to a person.",
  }));
}

/**
 * The same for each person on a matched roster who has no folder, so that nobody hears that nothing was submitted. The
 * notes of a mapping may name other people, so candidates do not see them.
 */
export function unclearOf(
  entries: readonly CollectedEntry[],
  roster: readonly RosterEntry[],
  folders: readonly string[],
): NotTaken[] {
  const present = new Set(folders);
  const absent = roster.filter(({ candidate }) => !present.has(candidate));
  return entries.flatMap((entry) => {
    if (entry.status !== "unclear") return [];
    // One by one, since a team has several lines, and a person may have several hand-ins.
    const { roster: matched } = matchRoster(absent, [entry.from], [{ ...entry, candidate: entry.from }]);
    const place = matched.findIndex(({ candidate }) => candidate === entry.from);
    if (place === -1) return [];
    return [
      {
        ...{ candidate: absent[place]!.candidate, path: printable(entry.from), task: "", instead: "" },
        reason: "It is not clear what of it to grade.",
        fix: "Ask your instructor, or submit each module once, with its kernels, and without links or passwords.",
      },
    ];
  });
}
