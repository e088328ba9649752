import { parse } from "yaml";
import { loadTasks } from "../catalog/load.ts";
import { readTextFile } from "../files/text-file.ts";
import { type Assignment, countEqually, type WrittenAssignment } from "../results/assignment.ts";
import { assignmentFileSchema } from "../results/assignment-schema.ts";
import { learningPath } from "../task/learning-path.ts";
import { didYouMean } from "../text/nearest-name.ts";
import { printable, shorten } from "../text/printable.ts";
import { parseYaml, type ValueProblem } from "./yaml-file.ts";

/**
 * Reads an assignment's YAML.
 *
 * @param file its name, for messages
 * @param taskNames the tasks there are
 * @throws UserError that lists all problems, with their places
 */
export function parseAssignment(text: string, file: string, taskNames: readonly string[]): WrittenAssignment {
  return parseYaml(text, file, assignmentFileSchema, (value) => unknownTasks(value, taskNames));
}

function unknownTasks(value: unknown, taskNames: readonly string[]): ValueProblem[] {
  const tasks = (value as { readonly tasks?: unknown } | null)?.tasks;
  if (typeof tasks !== "object" || tasks === null || Array.isArray(tasks)) return [];
  const unknown = Object.keys(tasks).filter((name) => !taskNames.includes(name));
  return unknown.map((name) => ({
    path: ["tasks", name],
    isKey: true,
    message: `There is no task "${shorten(printable(name), 60)}".${didYouMean(name, taskNames)} \`kernelmark tasks\` lists them.`,
  }));
}

/** The task folder that an assignment's YAML names. What is wrong with the YAML is said when it is parsed. */
export function taskFolderIn(text: string): string | undefined {
  try {
    const { taskFolder } = parse(text);
    return typeof taskFolder === "string" && taskFolder !== "" ? taskFolder : undefined;
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
  return withTasks(parseAssignment(text, file, taskNames));
}

/** The assignment with the tasks of the track that it names, if it does, in the order of the track. */
export async function withTasks({ tasks, track, each, ...rest }: WrittenAssignment): Promise<Assignment> {
  if (tasks !== undefined) return { ...rest, tasks };
  // All of them: a task that cannot be loaded must not be left out of the marks.
  const path = learningPath((await loadTasks()).map(({ spec }) => spec));
  const named = path.find(({ name }) => name === track)?.tasks ?? [];
  const names = named.map(({ name }) => name);
  return { ...rest, tasks: countEqually(names, each) };
}
