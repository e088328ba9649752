import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { taskNames } from "../catalog/load.ts";
import { shownPath } from "../files/shown-path.ts";
import { withoutLinks } from "../files/without-links.ts";
import { type CollectedEntry, readCollected } from "../intake/collected-file.ts";
import { refuseRawExport } from "../intake/raw-export.ts";
import { collectedTeams, unclearHandIns, unclearOf } from "../marks/collected-people.ts";
import { membersOf } from "../marks/marks.ts";
import { matchRoster, refusedOf } from "../marks/match-roster.ts";
import { readAssignment } from "../marks/read-assignment.ts";
import { readRoster } from "../marks/roster-file.ts";
import { absentTeams } from "../marks/teams-file.ts";
import { type Assignment, defaultAssignment } from "../results/assignment.ts";
import { factsOf, type MarkFacts, type TeamMember } from "../results/mark-facts.ts";
import type { Results, RunDescription } from "../results/results.ts";
import type { RosterEntry } from "../results/roster.ts";
import { readDescription, readResults } from "../run/results-file.ts";
import { type RunInputs, recallInputs } from "../run/run-inputs.ts";
import { type Cohort, readCohort } from "../submission/read.ts";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { handInTimes, type MarkFactsOptions, readMarkFacts, teamsFor } from "./mark-facts.ts";

/** The options of `grade` that name what to grade. */
export interface InputOptions extends MarkFactsOptions {
  readonly submissions: string | undefined;
  readonly roster: string | undefined;
  readonly tasks?: string;
  readonly seed: string | undefined;
  readonly resume: string | undefined;
  readonly again: string | undefined;
}

/** What a run grades, and for whom. */
export interface GradeInputs {
  readonly inputs: RunInputs;
  readonly cohort: Cohort;
  readonly assignment: Assignment;
  /** Tasks that every candidate should have submitted. */
  readonly expectedTasks: readonly string[];
  readonly roster: readonly RosterEntry[];
  /** Facts about hand-ins and people that marks depend on. */
  readonly facts: MarkFacts;
  /** The run that this one repeats, if its attempts may count. */
  readonly again: Results | undefined;
  readonly seed: string | undefined;
  /** Sentences on what was taken from an earlier run, and on files that differ by now. */
  readonly remarks: readonly string[];
}

/** A run to continue or to repeat. */
interface EarlierRun {
  /** As the user named it. */
  readonly name: string;
  /** Whether it is continued: then nothing that it remembers may be replaced. */
  readonly isResumed: boolean;
  readonly run: RunDescription;
  /** Undefined if the run does not remember them. */
  readonly inputs: RunInputs | undefined;
}

/**
 * Reads the submissions, the assignment and the roster that the command line names, or that an earlier run remembers.
 *
 * @throws UserError if a file is missing or invalid, or differs from that of the run to resume
 */
export async function gradeInputs(options: InputOptions): Promise<GradeInputs> {
  const earlier = await earlierRun(options);
  const submissions = await submissionsFolder(options.submissions, earlier);
  await refuseRawExport(submissions);
  const inFolder = await readCohort(submissions, taskNames());
  const assignment = await assignmentFor(options.assignment, inFolder, earlier);
  const { run, inputs } = earlier ?? {};
  const files = withRememberedFiles(options, inputs);
  const kept = keptFacts(earlier);
  const mapping = await mappingIn(submissions);
  const entries = options.roster === undefined ? (run?.roster ?? []) : await readRoster(options.roster);
  const inTeams = collectedTeams(mapping, entries);
  const earlierFacts = inTeams.length > 0 ? { ...kept, teams: inTeams } : kept;
  const teams = await teamsFor(files, assignment, inFolder.candidates, earlierFacts);
  const times = await handInTimes(submissions, inFolder, options.received);
  const named = {
    ...inFolder,
    remarks: [...inFolder.remarks, ...times.remarks, ...absentTeams(teams, inFolder.candidates)],
  };
  const { cohort, roster } = withRoster({ cohort: named, mapping, entries }, options.roster, earlier, teams);
  const facts = await readMarkFacts(files, {
    ...{ assignment, folders: inFolder.candidates, roster, teams },
    earlier: { ...earlierFacts, ...(times.received && { received: times.received }) },
  });
  const remembered = {
    assignment: options.assignment ?? inputs?.assignment,
    roster: options.roster ?? inputs?.roster,
    tasks: options.tasks ?? inputs?.tasks,
  };
  const paths = Object.entries(remembered).filter(([, path]) => path !== undefined);
  const isOptional = options.assignment === undefined && isDefault(assignment) && roster.length === 0;
  return {
    inputs: { submissions, ...Object.fromEntries(paths) },
    cohort,
    assignment,
    expectedTasks: isOptional ? [] : Object.keys(assignment.tasks),
    roster,
    facts,
    again: options.again !== undefined && assignment.attempts === "best" ? await readResults(options.again) : undefined,
    seed: options.seed ?? run?.seed,
    remarks: earlier === undefined ? [] : await remarksOn(earlier, options, cohort),
  };
}

/**
 * The folder of tasks that an earlier run used besides the built-in ones.
 *
 * @param run its folder
 */
export async function taskFolderOf(run: string): Promise<string | undefined> {
  const { assignment, inputs } = await readDescription(run);
  if (inputs === undefined) return undefined;
  const { tasks, assignment: file } = await recallInputs(inputs, run);
  if (tasks !== undefined || file === undefined || assignment.taskFolder === undefined) return tasks;
  return resolve(dirname(file), assignment.taskFolder);
}

async function earlierRun({ resume, again }: InputOptions): Promise<EarlierRun | undefined> {
  const name = resume ?? again;
  if (name === undefined) return undefined;
  const run = await readDescription(resolve(name));
  const inputs = run.inputs && (await recallInputs(run.inputs, name));
  return { name, isResumed: resume !== undefined, run, inputs };
}

async function submissionsFolder(named: string | undefined, earlier: EarlierRun | undefined): Promise<string> {
  const remembered = earlier?.inputs?.submissions;
  if (remembered === undefined) {
    if (named !== undefined || earlier?.isResumed !== true) return named ?? "submissions";
    throw new UserError(
      `The run in ${earlier.name} does not record which folder it grades.`,
      `Name the folder: kernelmark grade <submissions> --resume ${earlier.name}`,
    );
  }
  const { name, isResumed } = earlier!;
  if (named !== undefined) {
    if (!isResumed || (await withoutLinks(named)) === (await withoutLinks(remembered))) return named;
    throw new UserError(
      `The run in ${name} grades ${shown(remembered)}, not ${printable(named)}.`,
      "Omit the folder to resume the run, or grade the other folder in a run of its own.",
    );
  }
  const stats = await stat(remembered).catch(() => undefined);
  if (stats !== undefined) return remembered;
  throw new UserError(
    `The run in ${name} grades ${shown(remembered)}, which is no longer there.`,
    `Move it back, or grade another folder with its seed: kernelmark grade <submissions> --again ${name}`,
  );
}

/** What a run keeps of the facts of the one before. The submissions of a repeated run are new, and so their times. */
function keptFacts(earlier: EarlierRun | undefined): MarkFacts {
  if (earlier === undefined) return {};
  const { received, ...facts } = factsOf(earlier.run);
  return earlier.isResumed && received !== undefined ? { ...facts, received } : facts;
}

/** The options, with the assignment that an earlier run remembers, if it is still there: the files it names are read anew. */
function withRememberedFiles(options: InputOptions, inputs: RunInputs | undefined): MarkFactsOptions {
  const { received, extensions, adjustments } = options;
  const remembered = inputs?.assignment;
  const assignment =
    options.assignment ?? (remembered !== undefined && existsSync(remembered) ? remembered : undefined);
  return { assignment, received: received === "git" ? undefined : received, extensions, adjustments };
}

/**
 * Joins the submissions with the named roster, or with that of the earlier run, and with what the platform says about
 * their owners.
 */
function withRoster(
  { cohort, mapping, entries }: { cohort: Cohort; mapping: readonly CollectedEntry[]; entries: readonly RosterEntry[] },
  file: string | undefined,
  earlier: EarlierRun | undefined,
  teams: readonly TeamMember[],
): { readonly cohort: Cohort; readonly roster: readonly RosterEntry[] } {
  const people = cohort.candidates.flatMap((name) => membersOf(name, teams));
  const match = (own: readonly RosterEntry[]) => matchRoster(own, people, mapping);
  const { roster, remarks } = match(entries);
  if (file !== undefined && earlier?.isResumed && !isDeepStrictEqual(roster, match(earlier.run.roster).roster)) {
    throw new UserError(
      `The run in ${earlier.name} has another roster than ${printable(file)}.`,
      `Omit --roster, and write the reports with the other one at the end: kernelmark report ${earlier.name} --roster ${file}`,
    );
  }
  const notTaken = [
    ...cohort.notTaken,
    ...refusedOf(roster, people, cohort.refused),
    ...unclearOf(mapping, roster, people),
  ];
  const refused = [...cohort.refused, ...unclearHandIns(mapping)];
  return { cohort: { ...cohort, refused, notTaken, remarks: [...cohort.remarks, ...remarks] }, roster };
}

/** What `collect` wrote about the candidates. */
async function mappingIn(folder: string): Promise<readonly CollectedEntry[]> {
  const file = join(folder, "collected.csv");
  return existsSync(file) ? readCollected(file) : [];
}

/** The named assignment, or that of the earlier run; without one, every submitted task counts the same. */
async function assignmentFor(
  file: string | undefined,
  { submissions, notTaken }: Cohort,
  earlier: EarlierRun | undefined,
): Promise<Assignment> {
  const { name, run, isResumed = false } = earlier ?? {};
  if (file !== undefined) {
    const assignment = await readAssignment(file, taskNames());
    if (!isResumed || isDeepStrictEqual(assignment, run?.assignment)) return assignment;
    throw new UserError(
      `The run in ${name} has another assignment than ${printable(file)}.`,
      `Omit --assignment, and mark with the other one at the end: kernelmark report ${name} --assignment ${file} --out <folder>`,
    );
  }
  if (run !== undefined && !isDefault(run.assignment)) return run.assignment;
  const submitted = new Set([...submissions, ...notTaken].map(({ task }) => task));
  // A task of the first part still counts if all its submissions have been withdrawn.
  if (isResumed) for (const task of Object.keys(run!.assignment.tasks)) submitted.add(task);
  return defaultAssignment(taskNames().filter((task) => submitted.has(task)));
}

function isDefault(assignment: Assignment): boolean {
  return isDeepStrictEqual(assignment, defaultAssignment(Object.keys(assignment.tasks)));
}

/** The inputs taken from an earlier run, and those of them whose files differ by now. */
async function remarksOn(
  { name, isResumed, run, inputs }: EarlierRun,
  options: InputOptions,
  { candidates }: Cohort,
): Promise<string[]> {
  if (inputs === undefined) return [];
  const taken = [
    ...(options.submissions === undefined ? [`the submissions in ${shown(inputs.submissions)}`] : []),
    ...(options.assignment === undefined && inputs.assignment !== undefined ? [shown(inputs.assignment)] : []),
    ...(options.roster === undefined && inputs.roster !== undefined ? [shown(inputs.roster)] : []),
  ];
  const changed = async (option: "assignment" | "roster", isSame: (file: string) => Promise<boolean>) => {
    const file = inputs[option];
    if (options[option] !== undefined || file === undefined) return [];
    // If the file has gone or is invalid, the run has the only good version.
    if (await isSame(file).catch(() => true)) return [];
    const use = isResumed
      ? `To use it, write the reports again at the end: kernelmark report ${name} --${option} ${shown(file)}`
      : `To use it, add --${option} ${shown(file)}.`;
    return [`${shown(file)} differs from the ${option} of the run, which counts. ${use}`];
  };
  return [
    ...(taken.length > 0 ? [`As in ${printable(name)}: ${taken.join(", ")}.`] : []),
    ...(await changed("assignment", async (file) =>
      isDeepStrictEqual(await readAssignment(file, taskNames()), run.assignment),
    )),
    ...(await changed("roster", async (file) => {
      const owners = await mappingIn(inputs.submissions);
      const match = (entries: readonly RosterEntry[]) => matchRoster(entries, candidates, owners);
      const [now, then] = [await readRoster(file), run.roster].map(match);
      return isDeepStrictEqual(now!.roster, then!.roster);
    })),
  ];
}

function shown(path: string): string {
  return printable(shownPath(path));
}
