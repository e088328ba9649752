import { readTextFile } from "../files/text-file.ts";
import type { TeamMember } from "../results/mark-facts.ts";
import { didYouMean } from "../text/nearest-name.ts";
import { printable } from "../text/printable.ts";
import { CsvProblems, parseTableWith, quoted } from "./csv-problems.ts";

const COLUMNS = ["team", "candidate"] as const;

/**
 * Reads who submits together: a line for each person, with the name of their team's folder.
 *
 * @param file its name, for messages
 * @param folders the candidates' folders
 * @throws UserError that lists all problems, with their lines
 */
export function parseTeams(text: string, file: string, folders: readonly string[]): TeamMember[] {
  const problems = new CsvProblems(file);
  const lines = new Map<string, number>();
  const members = parseTableWith(text, file, COLUMNS, ["team", "candidate"]).map(({ line, cells }): TeamMember => {
    const { team, candidate } = cells;
    if (team === "") problems.add(line, "The team is missing: it is the name of a folder.");
    if (candidate === "") problems.add(line, "The candidate is missing.");
    problems.repeated(line, lines.get(candidate), `The candidate ${quoted(candidate)}`);
    lines.set(candidate, line);
    if (candidate !== team && folders.includes(candidate)) {
      problems.add(line, `${quoted(candidate)} is in a team, but has a folder as well: move or remove one of the two.`);
    }
    return { team: folders.find((folder) => folder.normalize("NFC") === team) ?? team, candidate };
  });
  problems.refuse();
  return members;
}

/** Warnings about teams without a folder, each a sentence. */
export function absentTeams(teams: readonly TeamMember[], folders: readonly string[]): string[] {
  const names = [...new Set(teams.map(({ team }) => team))].filter((team) => !folders.includes(team));
  const others = folders.filter((folder) => !teams.some(({ team }) => team === folder));
  return names.map((team) => {
    const meant = didYouMean(team, others, (near) => `\`${printable(near)}\``);
    return `The team \`${printable(team)}\` has no folder, so its members have submitted nothing.${meant}`;
  });
}

/** @throws UserError if there is no such file, or it has problems */
export async function readTeams(file: string, folders: readonly string[]): Promise<TeamMember[]> {
  const text = await readTextFile(file, {
    unreadable: "Check the path: that of `teams` is relative to the assignment.",
    notUtf8: "Save it as CSV UTF-8 in your spreadsheet.",
  });
  return parseTeams(text, file, folders);
}
