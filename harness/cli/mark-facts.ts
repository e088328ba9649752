import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Assignment } from "../results/assignment.ts";
import type { MarkFacts, TeamMember } from "../results/mark-facts.ts";
import type { RosterEntry } from "../results/roster.ts";
import type { Cohort } from "../submission/read.ts";

/** The options of `grade` and `report` that name files about hand-ins and marks. */
export interface MarkFactsOptions {
  readonly assignment: string | undefined;
  readonly received?: string | undefined;
  readonly extensions?: string | undefined;
  readonly adjustments?: string | undefined;
}

/** The options of {@link MarkFactsOptions} except `assignment`, for yargs. */
export function markFactsOptions(receivedWords: string) {
  const file = { type: "string", requiresArg: true } as const;
  return {
    received: { ...file, describe: receivedWords },
    extensions: { ...file, describe: "The extensions.csv with later deadlines; the assignment's by default" },
    adjustments: { ...file, describe: "The adjustments.csv with marks changed by hand; the assignment's by default" },
  } as const;
}

/** The teams that the assignment names, or else the earlier ones. */
export async function teamsFor(
  { assignment: file }: Pick<MarkFactsOptions, "assignment">,
  assignment: Assignment,
  folders: readonly string[],
  earlier: MarkFacts,
): Promise<readonly TeamMember[]> {
  if (file === undefined || assignment.teams === undefined) return earlier.teams ?? [];
  const { readTeams } = await import("../marks/teams-file.ts");
  return readTeams(resolve(dirname(file), assignment.teams), folders);
}

interface FactsSetting {
  readonly assignment: Assignment;
  readonly folders: readonly string[];
  readonly roster: readonly RosterEntry[];
  readonly teams: readonly TeamMember[];
  /** The facts of the run that is continued or reported on: those not given anew are kept. */
  readonly earlier: MarkFacts;
}

/**
 * Reads the files that the options or the assignment name, except teams.
 *
 * @throws UserError that lists what is wrong with a file
 */
export async function readMarkFacts(
  options: MarkFactsOptions,
  { assignment, folders, roster, teams, earlier }: FactsSetting,
): Promise<MarkFacts> {
  const known = {
    candidates: [
      ...new Set([...folders, ...roster.map(({ candidate }) => candidate), ...teams.map(({ candidate }) => candidate)]),
    ],
    tasks: Object.fromEntries(Object.entries(assignment.tasks).map(([task, { points }]) => [task, points])),
  };
  const beside = (name: string | undefined) =>
    options.assignment === undefined || name === undefined ? undefined : resolve(dirname(options.assignment), name);
  const extensionsFile = options.extensions ?? beside(assignment.late?.extensions);
  const adjustmentsFile = options.adjustments ?? beside(assignment.adjustments);
  const { received } = options;
  const [extensions, adjustments, times] = await Promise.all([
    readExtensionsFrom(extensionsFile, known, assignment),
    adjustmentsFile === undefined
      ? undefined
      : import("../marks/adjustments-file.ts").then(({ readAdjustments }) => readAdjustments(adjustmentsFile, known)),
    received === undefined
      ? undefined
      : import("../marks/received-file.ts").then(({ readReceived }) => readReceived(received)),
  ]);
  return {
    ...earlier,
    ...(times && { received: times }),
    ...(extensions && { extensions }),
    ...(adjustments && { adjustments }),
    ...(teams.length > 0 && { teams }),
  };
}

async function readExtensionsFrom(
  file: string | undefined,
  known: Parameters<typeof import("../marks/extensions-file.ts").readExtensions>[1],
  { deadline }: Assignment,
) {
  if (file === undefined) return undefined;
  const [{ readExtensions }, { UserError }] = await Promise.all([
    import("../marks/extensions-file.ts"),
    import("../text/user-error.ts"),
  ]);
  if (deadline !== undefined) return readExtensions(file, known, deadline);
  throw new UserError("Extensions need a deadline, but the assignment has none.", "Add `deadline` to the assignment.");
}

/** Hand-in times for `grade`, with warnings. */
export interface HandInTimes {
  /** Undefined if nothing tells them. */
  readonly received: MarkFacts["received"];
  readonly remarks: readonly string[];
}

/**
 * The hand-in times that the submissions' folder itself tells: from git if `--received git` says so, or else from the
 * `collected.csv` in it.
 */
export async function handInTimes(
  submissions: string,
  cohort: Cohort,
  received: string | undefined,
): Promise<HandInTimes> {
  if (received === "git") {
    const { commitTimes } = await import("../pull-request/commit-times.ts");
    return { received: await commitTimes(submissions, cohort), remarks: [] };
  }
  const file = join(submissions, "collected.csv");
  if (received !== undefined || !existsSync(file)) return { received: undefined, remarks: [] };
  const [{ readCollected }, { receivedFrom }] = await Promise.all([
    import("../intake/collected-file.ts"),
    import("../marks/received-file.ts"),
  ]);
  return receivedFrom(await readCollected(file), file);
}
