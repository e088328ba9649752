import { existsSync } from "node:fs";
import type { Params, Shape } from "../../reference/oracle.ts";
import { refuseImpossible } from "../measure/shapes.ts";
import { type Case, describeCase, drawProblem, listCases } from "../task/case.ts";
import { brokenByDimensions, brokenConstraint } from "../task/constraints.ts";
import { GIVEN_DATA, type GivenCase, valuesOutOfRange, withGivenCase } from "../task/given-case.ts";
import type { Task } from "../task/task.ts";
import { didYouMean, nearestName } from "../text/nearest-name.ts";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";
import { readCaseFile } from "./case-file.ts";
import { evaluateTask } from "./evaluate-case.ts";

/** The part of a task's cases that a user asks for, or another case. */
export interface CaseChoice {
  /** A case's name as printed, or a JSON file. */
  readonly name?: string | undefined;
  /** A JSON file. */
  readonly input?: string | undefined;
  /** `rows=4,cols=3`: sizes and params; those that are not named may have any value. */
  readonly shape?: string | undefined;
  /** A kind of data. */
  readonly data?: string | undefined;
}

export interface ChosenCases {
  /** Selects cases of the task. */
  readonly only?: (one: Case) => boolean;
  /** Another case. */
  readonly given?: GivenCase;
  readonly warnings: readonly string[];
}

const MOST_SHOWN = 12;

/**
 * The cases that a user asks for; undefined for all.
 *
 * @throws UserError if the choice names nothing of the task, or a case that it cannot have
 */
export async function chooseCases(task: Task, seed: string, choice: CaseChoice): Promise<ChosenCases | undefined> {
  const { name, input, shape, data } = choice;
  const ways = [name && "--case", input && "--input", (shape ?? data) && "--shape and --data"].filter(Boolean);
  if (ways.length > 1) {
    throw new UserError(`${ways.join(" and ")} each name a case.`, "Use one of them.");
  }
  const file = input ?? (name !== undefined && (existsSync(name) || name.endsWith(".json")) ? name : undefined);
  if (file !== undefined) return caseOfFile(task, file);
  if (name !== undefined) return { only: namedCase(task, seed, name), warnings: [] };
  if (shape === undefined && data === undefined) return undefined;
  return casesOfShape(task, seed, shape, data);
}

/** Whether a choice selects a single case. */
export function isOneCase(task: Task, seed: string, { only, given }: ChosenCases): boolean {
  return given !== undefined || (only !== undefined && listCases(task, seed).filter(only).length === 1);
}

async function caseOfFile(task: Task, file: string): Promise<ChosenCases> {
  const { problem, sizes, solve } = await readCaseFile(file, task.spec.name);
  // What cannot be solved is the file's fault, which judging could not tell.
  solve(() => evaluateTask(task, problem, sizes));
  return { given: { ...problem, data: GIVEN_DATA }, warnings: valuesOutOfRange(task, problem) };
}

/** `rows=7 cols=13, offset data (odd sizes)`, with or without the words after `offset`. */
function namedCase(task: Task, seed: string, name: string): (one: Case) => boolean {
  const wanted = caseKey(name);
  const cases = listCases(task, seed);
  const found = cases.find((one) => caseKey(describeCase(one)) === wanted);
  if (found !== undefined) return ({ index }) => index === found.index;
  const names = [...new Set(cases.map(describeCase))];
  const near = nearestName(name, names);
  const similar = near === undefined ? names : [near, ...names.filter((one) => one !== near)];
  throw new UserError(
    `${task.spec.name} has no case "${shorten(printable(name), 80)}" under this seed.`,
    `Write a case as \`check\` prints it: --case "${similar[0]}"; its cases are ${listed(similar)}.`,
  );
}

function caseKey(text: string): string {
  const name = text.replace(/\(.*\)\s*$/, "").replace(/\s+data\s*$/, "");
  return name
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== "")
    .join(" ");
}

function casesOfShape(task: Task, seed: string, shape: string | undefined, data: string | undefined): ChosenCases {
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
  if (cases.some(isChosen)) return { only: isChosen, warnings: [] };
  const given = Object.fromEntries(sizes);
  const lacking = Object.keys(spec.shape).filter((name) => !Object.hasOwn(given, name));
  if (lacking.length === 0) return { given: ownCase(task, seed, given, data ?? "plain"), warnings: [] };
  const shapes = [...new Set(cases.filter((one) => data === undefined || one.data === data).map(sizesOf))];
  const ownShape = shape === undefined ? "" : ` For a shape of your own, name ${lacking.join(" and ")} too.`;
  throw new UserError(
    `No case of ${spec.name} has ${[shape, data && `${data} data`].filter(Boolean).join(" and ")}.`,
    `Its cases have ${listed(shapes)}.${ownShape}`,
  );
}

function listed(names: readonly string[]): string {
  const more = names.length > MOST_SHOWN ? ` and ${names.length - MOST_SHOWN} more` : "";
  return `${names.slice(0, MOST_SHOWN).join("; ")}${more}`;
}

/** A case of a shape that is not in the task's list. Params that are not named have the values of the first measured shape. */
function ownCase(task: Task, seed: string, given: Readonly<Record<string, number>>, data: string): GivenCase {
  const { spec } = task;
  const shape: Shape = Object.fromEntries(Object.keys(spec.shape).map((name) => [name, given[name]!]));
  const defaults = spec.measures[0]!.params;
  const params: Params = Object.fromEntries(
    Object.keys(spec.params).map((name) => [name, given[name] ?? defaults[name]!]),
  );
  const hint = `See the constraints: kernelmark tasks ${spec.name}`;
  for (const [name, size] of Object.entries(shape)) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new UserError(`--shape: ${name} must be a positive integer, got ${size}.`, hint);
    }
  }
  const described = describeCase({ shape, params, data });
  const refuse = (reason: string) => new UserError(`${spec.name} is not defined on ${described} data. ${reason}`, hint);
  const broken = brokenByDimensions(spec, { shape, params });
  if (broken !== undefined) throw refuse(broken.sentence);
  refuseImpossible(spec, shape, hint);
  const own = { shape, params, data };
  const unmet = brokenConstraint(spec, drawn(task, seed, own, described));
  if (unmet !== undefined) throw refuse(unmet.sentence);
  return own;
}

function drawn(task: Task, seed: string, own: GivenCase, described: string) {
  const withOwn = withGivenCase(task, own);
  try {
    return drawProblem(withOwn, listCases(withOwn, seed)[0]!, seed);
  } catch (error) {
    throw new UserError(
      `No inputs can be generated for ${described} data: ${printable((error as Error).message)}`,
      "Choose other sizes, or write the inputs to a file: --input case.json",
    );
  }
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
