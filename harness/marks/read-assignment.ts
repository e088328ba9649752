import { parse } from "yaml";
import { readTextFile } from "../files/text-file.ts";
import type { Assignment } from "../results/assignment.ts";
import { assignmentSchema } from "../results/assignment-schema.ts";
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
export function parseAssignment(text: string, file: string, taskNames: readonly string[]): Assignment {
  return parseYaml(text, file, assignmentSchema, (value) => unknownTasks(value, taskNames));
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
  return parseAssignment(text, file, taskNames);
}
