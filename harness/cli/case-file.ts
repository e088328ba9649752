import { readFile } from "node:fs/promises";
import * as z from "zod";
import { type Params, type Problem, type Shape, type Tensor, UnsolvableProblem } from "../../reference/oracle.ts";
import { loadTask, taskNames } from "../catalog/load.ts";
import { outputSizes } from "../task/case.ts";
import { brokenByDimensions, brokenConstraint } from "../task/constraints.ts";
import { wordCount } from "../task/dims.ts";
import type { Constraint, Task, TensorSpec } from "../task/task.ts";
import { didYouMean } from "../text/nearest-name.ts";
import { printable, shorten } from "../text/printable.ts";
import { UserError } from "../text/user-error.ts";

const FORM = '{"task": …, "shape": {…}, "params": {…}, "inputs": {…}}';
const MOST_OUTPUTS = 2 ** 26;
const LARGEST_F32 = 2 ** 128 - 2 ** 104;
const NOT_FINITE: Readonly<Record<string, number>> = {
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
  NaN: Number.NaN,
};

const caseSchema = z.object({
  task: z.string().optional(),
  shape: z.record(z.string(), z.number()),
  params: z.record(z.string(), z.number()).default({}),
  inputs: z.record(z.string(), z.array(z.unknown())),
});

/** A problem from a file, on which the task is defined. */
export interface FileProblem {
  readonly task: Task;
  readonly problem: Problem;
  /** Elements of each output. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Solves it. */
  solve<T>(work: () => T): T;
}

/**
 * Reads a case from a JSON file.
 *
 * @param expected the task, if it is known: the file may omit it
 * @throws UserError that names the file and the invalid field
 */
export async function readCaseFile(file: string, expected?: string): Promise<FileProblem> {
  const where = new CaseFile(file);
  const { task: name = expected, ...given } = where.parse(await where.read());
  const names = taskNames();
  if (name === undefined) throw where.error("task", "must be a task's name.", `The file should be ${FORM}.`);
  if (!names.includes(name)) {
    throw where.error("task", `there is no task ${quote(name)}.${didYouMean(name, names)}`);
  }
  if (expected !== undefined && name !== expected) {
    throw where.error("task", `this is a case of ${name}, but the submission is for ${expected}.`);
  }
  const task = await loadTask(name);
  const shape = readShape(where, task, given.shape);
  const params = readParams(where, task, given.params);
  where.checkConstraint(task, brokenByDimensions(task.spec, { shape, params }));
  const sizes = checkedSizes(where, task, shape);
  const problem = { shape, params, inputs: readInputs(where, task, shape, given.inputs) };
  where.checkConstraint(task, brokenConstraint(task.spec, problem));
  return { task, problem, sizes, solve: (work) => where.solve(work) };
}

/** The file, for error messages. */
class CaseFile {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  error(field: string, problem: string, hint?: string): UserError {
    return new UserError(`${printable(this.#file)}: \`${printable(field)}\`: ${problem}`, hint);
  }

  solve<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof UnsolvableProblem)) throw error;
      throw new UserError(
        `${printable(this.#file)} cannot be solved: ${error.message}.`,
        "Check the inputs: a covariance, for example, must be positive definite.",
      );
    }
  }

  checkConstraint({ spec }: Task, broken: Constraint<string, string> | undefined): void {
    if (broken === undefined) return;
    throw new UserError(
      `${printable(this.#file)}: ${spec.name} is not defined on this problem. ${broken.sentence}`,
      `See the constraints: kernelmark tasks ${spec.name}`,
    );
  }

  async read(): Promise<string> {
    try {
      return await readFile(this.#file, "utf8");
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const file = printable(this.#file);
      if (code === "ENOENT") throw new UserError(`There is no file ${file}.`, "Check the path.");
      throw new UserError(`${file} cannot be read (${code}).`, "Name a JSON file.");
    }
  }

  parse(text: string): z.output<typeof caseSchema> {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new UserError(
        `${printable(this.#file)} is not JSON: ${printable((error as Error).message)}.`,
        `It should be ${FORM}.`,
      );
    }
    const parsed = caseSchema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0]!;
    if (issue.path.length === 0) {
      throw new UserError(`${printable(this.#file)} contains no case.`, `It should be ${FORM}.`);
    }
    const words = { record: "an object of names and values", array: "a list of numbers", string: "a task's name" };
    const expected = issue.code === "invalid_type" ? issue.expected : "";
    const problem = `must be ${(words as Record<string, string>)[expected] ?? "a number"}.`;
    throw this.error(issue.path.map(String).join("."), problem, `The file should be ${FORM}.`);
  }
}

function readShape(where: CaseFile, { spec }: Task, given: Readonly<Record<string, number>>): Shape {
  checkNames(where, "shape", spec.shape, given);
  for (const [name, size] of Object.entries(given)) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw where.error(`shape.${name}`, `must be a positive integer, got ${size}.`);
    }
  }
  return given;
}

function readParams(where: CaseFile, { spec }: Task, given: Readonly<Record<string, number>>): Params {
  checkNames(where, "params", spec.params, given);
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, readF32(where, `params.${name}`, value)]),
  );
}

/** Requires exactly the names of the task. */
function checkNames(
  where: CaseFile,
  field: "shape" | "params",
  abouts: Readonly<Record<string, string>>,
  given: Readonly<Record<string, unknown>>,
): void {
  const names = Object.keys(abouts);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  const list = names.length === 0 ? "none" : names.join(", ");
  if (unknown !== undefined) {
    throw where.error(field, `the task has no ${quote(unknown)}.${didYouMean(unknown, names)}`, `It has ${list}.`);
  }
  const lacking = names.find((name) => !Object.hasOwn(given, name));
  if (lacking !== undefined) {
    throw where.error(field, `"${lacking}" is missing (${abouts[lacking]}).`, `The task needs ${list}.`);
  }
}

/** The number of elements of each output; refuses a shape that is invalid for the task. */
function checkedSizes(where: CaseFile, task: Task, shape: Shape): Record<string, number> {
  let sizes: Record<string, number>;
  try {
    for (const tensor of task.spec.inputs) wordCount(tensor, shape);
    sizes = outputSizes(task, shape);
  } catch (error) {
    throw where.error("shape", `invalid for the task: ${(error as Error).message}.`);
  }
  for (const [name, size] of Object.entries(sizes)) {
    if (size > MOST_OUTPUTS) {
      throw where.error("shape", `must give at most ${MOST_OUTPUTS} elements of ${name}, got ${size}.`);
    }
  }
  return sizes;
}

function readInputs(
  where: CaseFile,
  { spec }: Task,
  shape: Shape,
  given: Readonly<Record<string, readonly unknown[]>>,
): Record<string, Tensor> {
  const names = spec.inputs.map(({ name }) => name);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const problem = `${spec.name} has no input ${quote(unknown)}.${didYouMean(unknown, names)}`;
    throw where.error("inputs", problem, `Its inputs are ${names.join(", ")}.`);
  }
  return Object.fromEntries(
    spec.inputs.map((tensor) => [tensor.name, readTensor(where, tensor, shape, given[tensor.name])]),
  );
}

function readTensor(where: CaseFile, tensor: TensorSpec, shape: Shape, values: readonly unknown[] | undefined): Tensor {
  const { name, type, dims } = tensor;
  const field = `inputs.${name}`;
  const length = wordCount(tensor, shape);
  const isPacked = type === "i8" || type === "u4";
  const unit = isPacked ? `32-bit words of packed ${type}` : "numbers";
  const wanted = `${name}[${dims.join(", ")}] takes ${length} ${unit}`;
  if (values === undefined) throw where.error(field, `missing (${tensor.about}): ${wanted}.`);
  if (values.length !== length) throw where.error(field, `${wanted}, got ${values.length}.`);
  if (type === "f32") {
    return Float32Array.from(values, (value, index) => readF32(where, `${field}[${index}]`, value));
  }
  return Uint32Array.from(values, (value, index) => readU32(where, `${field}[${index}]`, value));
}

function readF32(where: CaseFile, field: string, value: unknown): number {
  const special = typeof value === "string" ? NOT_FINITE[value] : undefined;
  if (special !== undefined) return special;
  if (typeof value !== "number") {
    throw where.error(
      field,
      `must be a number, got ${quote(value)}.`,
      'Write strings only for "Infinity", "-Infinity" and "NaN".',
    );
  }
  const rounded = Math.fround(value);
  if (Math.abs(rounded) > LARGEST_F32) throw where.error(field, `${value} is too large for f32.`, 'Write "Infinity".');
  return rounded;
}

function readU32(where: CaseFile, field: string, value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 32) return value;
  throw where.error(field, `must be an integer from 0 to 4294967295, got ${quote(value)}.`);
}

function quote(value: unknown): string {
  return shorten(printable(JSON.stringify(value) ?? "nothing"), 60);
}
