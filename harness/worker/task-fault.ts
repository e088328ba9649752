import { addedTasks, thrownAt } from "../catalog/added-tasks.ts";
import { taskFolder } from "../catalog/load.ts";
import { placesIn } from "../catalog/task-places.ts";
import { shownPath } from "../files/shown-path.ts";
import { BuiltInKernelError } from "../judge/reference.ts";
import type { Refusal } from "../results/case-result.ts";
import { UserError } from "../text/user-error.ts";

/** A fault in an added task that shows only when it is used, as processes send it to each other. */
export interface TaskFault {
  readonly message: string;
  readonly place: /** `file:line:column` in the task's source. */
    | { readonly thrownAt: string }
    /** A part of the task; `line` is the text of the kernel's line. */
    | { readonly part: "reference" | "plain" | "tuned"; readonly line?: string | undefined };
}

/** Undefined for built-in tasks, and for errors that have another cause. */
export function taskFaultOf(task: string, error: unknown): TaskFault | undefined {
  const added = addedTasks().find(({ name }) => name === task);
  if (added === undefined || !(error instanceof Error)) return undefined;
  const { message } = error;
  if (error instanceof BuiltInKernelError) return { message, place: { part: error.part, line: error.line } };
  const place = thrownAt(error, added);
  if (place !== undefined) return { message, place: { thrownAt: place } };
  // Thrown by the functions that make a task of its definition.
  return error instanceof UserError ? { message, place: { part: "plain" } } : undefined;
}

/** A refusal of a task's own kernel as a fault in the task; undefined for built-in tasks. */
export function kernelFault(task: string, part: "plain" | "tuned", { message }: Refusal): TaskFault | undefined {
  if (!addedTasks().some(({ name }) => name === task)) return undefined;
  return { message: `the ${part} kernel of ${task} fails: ${message.replace(/\.$/, "")}`, place: { part } };
}

/** The error for the task's author. */
export function taskFaultError(task: string, { message, place }: TaskFault): UserError {
  const folder = taskFolder(task);
  const places = placesIn(folder);
  const proof = `\`kernelmark verify ${shownPath(folder)}\` lists every such case.`;
  if ("thrownAt" in place)
    return new UserError(`${shownPath(place.thrownAt)}: ${message}.`, `Correct that line. ${proof}`);
  if (place.part === "reference") {
    return new UserError(
      `${places.reference}: ${message}.`,
      `Narrow the declared range, or rewrite the reference. ${proof}`,
    );
  }
  const fix =
    place.line === undefined ? `Correct the kernel, or the reference in ${places.reference}.` : "Correct the kernel.";
  return new UserError(`${places.kernel(place.part, place.line)}: ${message}.`, `${fix} ${proof}`);
}
