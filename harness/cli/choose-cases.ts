import { type Case, listCases } from "../task/case.ts";
import type { Task } from "../task/task.ts";
import { didYouMean } from "../text/nearest-name.ts";
import { printable } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";

/** The part of a task's cases that a user asks for. */
export interface CaseChoice {
  /** `rows=4,cols=3`: sizes and params; those that are not named may have any value. */
  readonly shape: string | undefined;
  /** A kind of data. */
  readonly data: string | undefined;
}

const MOST_SHOWN = 12;

/**
 * Whether a case is among those that a user asks for.
 *
 * @throws UserError if the choice names nothing of the task, or no case
 */
export function chosenCases(task: Task, seed: string, { shape, data }: CaseChoice): (one: Case) => boolean {
  const { spec } = task;
  const kinds = task.data.map(({ name }) => name);
  if (data !== undefined && !kinds.includes(data)) {
    throw new UserError(
      `${spec.name} has no data "${printable(data)}".${didYouMean(data, kinds)}`,
      `Its kinds of data are ${kinds.join(", ")}.`,
    );
  }
  const sizes = shape === undefined ? [] : readSizes(task, shape);
  const isChosen = (one: Case) =>
    (data === undefined || one.data === data) &&
    sizes.every(([name, value]) => (one.shape[name] ?? one.params[name]) === value);
  const cases = listCases(task, seed);
  if (cases.some(isChosen)) return isChosen;
  const shapes = [...new Set(cases.filter((one) => data === undefined || one.data === data).map(sizesOf))];
  const more = shapes.length > MOST_SHOWN ? ` and ${shapes.length - MOST_SHOWN} more` : "";
  throw new UserError(
    `No case of ${spec.name} has ${[shape, data && `${data} data`].filter(Boolean).join(" and ")}.`,
    `Its cases have ${shapes.slice(0, MOST_SHOWN).join("; ")}${more}.`,
  );
}

function sizesOf({ shape, params }: Case): string {
  return [...Object.entries(shape), ...Object.entries(params)].map(([name, value]) => `${name}=${value}`).join(",");
}

function readSizes({ spec }: Task, text: string): (readonly [string, number])[] {
  const names = [...Object.keys(spec.shape), ...Object.keys(spec.params)];
  return text.split(",").map((part) => {
    const [, name = "", value = ""] = /^\s*(\w+)\s*=\s*(-?[\d.e+-]+)\s*$/.exec(part) ?? [];
    if (name === "" || Number.isNaN(Number(value))) {
      throw new UserError(`--shape has "${printable(part)}".`, "Write it as --shape rows=4,cols=3.");
    }
    if (!names.includes(name)) {
      throw new UserError(
        `${spec.name} has no size or param "${name}".${didYouMean(name, names)}`,
        `It has ${names.join(", ")}.`,
      );
    }
    return [name, Math.fround(Number(value))] as const;
  });
}
