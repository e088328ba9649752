import { parse } from "yaml";
import { loadTask, loadTasks } from "../catalog/load.ts";
import { readTextFile } from "../files/text-file.ts";
import { type Assignment, countEqually, type WrittenAssignment } from "../results/assignment.ts";
import { assignmentFileSchema } from "../results/assignment-schema.ts";
import { listCases } from "../task/case.ts";
import { learningPath } from "../task/learning-path.ts";
import { count } from "../text/count.ts";
import { didYouMean } from "../text/nearest-name.ts";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { groupCases } from "./case-groups.ts";
import { parseYaml, type ValueProblem } from "./yaml-file.ts";

/** The names of the groups of a task's cases. */
export type GroupNames = ReadonlyMap<string, readonly string[]>;

/**
 * Reads an assignment's YAML.
 *
 * @param file its name, for messages
 * @param taskNames the tasks there are
 * @param groupNames the groups of the tasks that name some (`groupNamesFor`)
 * @throws UserError that lists all problems, with their places
 */
export function parseAssignment(
  text: string,
  file: string,
  taskNames: readonly string[],
  groupNames: GroupNames = new Map(),
): WrittenAssignment {
  return parseYaml(text, file, assignmentFileSchema, (value) => [
    ...unknownTasks(value, taskNames),
    ...unknownGroups(value, groupNames),
  ]);
}

/** The groups of the cases of each task for which an assignment's YAML has `groups`. */
export async function groupNamesFor(text: string, taskNames: readonly string[]): Promise<GroupNames> {
  const tasks = entriesOf(entriesOf(parsed(text)).get("tasks"));
  const named = [...tasks].filter(([name, task]) => taskNames.includes(name) && entriesOf(task).has("groups"));
  const names = named.map(async ([name]) => {
    // A seed changes the sizes of random shapes, but no group.
    const cases = listCases(await loadTask(name), "");
    return [name, [...groupCases(cases).keys()]] as const;
  });
  return new Map(await Promise.all(names));
}

function unknownGroups(value: unknown, groupNames: GroupNames): ValueProblem[] {
  return [...entriesOf(entriesOf(value).get("tasks"))].flatMap(([task, settings]) => {
    const known = groupNames.get(task);
    if (known === undefined) return [];
    const unknown = [...entriesOf(entriesOf(settings).get("groups")).keys()].filter((name) => !known.includes(name));
    return unknown.map((name) => ({
      path: ["tasks", task, "groups", name],
      isKey: true,
      message: `${task} has no group of cases "${shorten(printable(name), 60)}".${didYouMean(name, known)} Its groups are ${known.map((one) => `"${one}"`).join(", ")}.`,
    }));
  });
}

/** The entries of a block; none if it is something else. */
function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : []);
}

function unknownTasks(value: unknown, taskNames: readonly string[]): ValueProblem[] {
  const unknown = [...entriesOf(entriesOf(value).get("tasks")).keys()].filter((name) => !taskNames.includes(name));
  return unknown.map((name) => ({
    path: ["tasks", name],
    isKey: true,
    message: `There is no task "${shorten(printable(name), 60)}".${didYouMean(name, taskNames)} \`kernelmark tasks\` lists them.`,
  }));
}

/** The task folder that an assignment's YAML names. */
export function taskFolderIn(text: string): string | undefined {
  const folder = entriesOf(parsed(text)).get("taskFolder");
  return typeof folder === "string" && folder !== "" ? folder : undefined;
}

/** The content of YAML; undefined if it is wrong, which is said when it is parsed for good. */
function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** @throws UserError if there is no such file or it is invalid */
export async function readAssignment(file: string, taskNames: readonly string[]): Promise<Assignment> {
  const text = await readTextFile(file, {
    unreadable: "Check the path, or omit --assignment: then every task is worth 10 points.",
    notUtf8: "Save it as UTF-8 in your editor.",
  });
  return withTasks(parseAssignment(text, file, taskNames, await groupNamesFor(text, taskNames)));
}

/**
 * The assignment with the tasks of the track that it names, if it does, in the order of the track.
 *
 * @throws UserError if `drop` leaves none of them
 */
export async function withTasks({ tasks, track, each, ...rest }: WrittenAssignment): Promise<Assignment> {
  if (tasks !== undefined) return { ...rest, tasks };
  // All of them: a task that cannot be loaded must not be left out of the marks.
  const path = learningPath((await loadTasks()).map(({ spec }) => spec));
  const named = path.find(({ name }) => name === track)?.tasks ?? [];
  const names = named.map(({ name }) => name);
  const { drop = 0 } = rest;
  if (drop > 0 && drop >= names.length) {
    throw new UserError(
      `\`drop\` is ${drop}, but the track ${track} has ${count(names.length, "task")}.`,
      "Lower it, so that a mark is left.",
    );
  }
  return { ...rest, tasks: countEqually(names, each) };
}
