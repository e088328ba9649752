import { type Estimates, evaluate, type Params, type Problem, type Shape, type Span } from "../../reference/oracle.ts";
import { BuiltInKernelError } from "../judge/reference.ts";
import { jsonNumber } from "../results/evidence.ts";
import type { Task } from "../task/task.ts";
import { taskFaultError, taskFaultOf } from "../worker/task-fault.ts";
import { readCaseFile } from "./case-file.ts";

/** The reference's results for a case, as JSON can hold them: infinities and NaN are strings. */
interface CaseOutputs {
  readonly outputs: Readonly<Record<string, readonly (number | string)[]>>;
  /** For choices that may go either way: the spans of other correct values, by output and element. */
  readonly others?: Readonly<Record<string, Readonly<Record<number, readonly Span[]>>>>;
}

/** A case as its file gives it, with the reference's results: `check --input` takes it again. */
interface CaseDocument extends CaseOutputs {
  readonly task: string;
  readonly shape: Shape;
  readonly params: Params;
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>;
}

export function caseDocument({ spec }: Task, { shape, params, inputs }: Problem, estimates: Estimates): CaseDocument {
  const values = Object.entries(inputs).map(([name, tensor]) => [name, Array.from(tensor, jsonNumber)]);
  return { task: spec.name, shape, params, inputs: Object.fromEntries(values), ...outputsOf(estimates) };
}

function outputsOf(estimatesOf: Estimates): CaseOutputs {
  const estimates = Object.entries(estimatesOf);
  const outputs = Object.fromEntries(estimates.map(([name, { expected }]) => [name, Array.from(expected, jsonNumber)]));
  const chosen = estimates.flatMap(([name, { others }]) =>
    others === undefined || others.size === 0 ? [] : [[name, Object.fromEntries(others)] as const],
  );
  return chosen.length === 0 ? { outputs } : { outputs, others: Object.fromEntries(chosen) };
}

/**
 * Evaluates the reference for the case in a JSON file, in full.
 *
 * @throws UserError that names the file and the invalid field
 */
export async function estimateCaseFile(file: string): Promise<Estimates> {
  const { task, problem, sizes, solve } = await readCaseFile(file);
  return solve(() => evaluateTask(task, problem, sizes));
}

/** @throws UserError that names the line of an added task whose reference fails, or has no value */
export function evaluateTask(task: Task, problem: Problem, sizes: Readonly<Record<string, number>>): Estimates {
  const { name } = task.spec;
  const refuse = (error: unknown) => {
    const fault = taskFaultOf(name, error);
    if (fault !== undefined) throw taskFaultError(name, fault);
  };
  let estimates: Estimates;
  try {
    estimates = evaluate(task.oracle, problem, sizes);
  } catch (error) {
    refuse(error);
    throw error;
  }
  const missing = Object.keys(estimates).find((output) => estimates[output]!.expected.some(Number.isNaN));
  if (missing !== undefined) {
    refuse(new BuiltInKernelError(`the reference of ${name} gives NaN for ${missing} on this problem`, "reference"));
  }
  return estimates;
}
