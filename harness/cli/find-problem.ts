import type { Estimates, Problem } from "../../reference/oracle.ts";
import { loadTask } from "../catalog/load.ts";
import { drawSeed } from "../run/grade-run.ts";
import { drawProblem, listCases, outputSizes } from "../task/case.ts";
import { valuesOutOfRange } from "../task/given-case.ts";
import type { Task } from "../task/task.ts";
import { readCaseFile } from "./case-file.ts";
import { chooseCases } from "./choose-cases.ts";
import { evaluateTask } from "./evaluate-case.ts";

/** A problem with the reference's results. */
export interface EvaluatedProblem {
  readonly task: Task;
  readonly problem: Problem;
  readonly estimates: Estimates;
  readonly warnings: readonly string[];
}

/**
 * Finds the problem of `oracle --case`, and evaluates it.
 *
 * @param name a JSON file, or, of a given task, also a case's name
 */
export async function findProblem(
  name: string,
  taskName: string | undefined,
  seed: string = drawSeed(),
): Promise<EvaluatedProblem> {
  const only = taskName === undefined ? undefined : (await chooseCases(await loadTask(taskName), seed, { name }))?.only;
  if (taskName === undefined || only === undefined) {
    const { task, problem, sizes, solve } = await readCaseFile(name, taskName);
    const estimates = solve(() => evaluateTask(task, problem, sizes));
    return { task, problem, estimates, warnings: valuesOutOfRange(task, problem) };
  }
  const task = await loadTask(taskName);
  const one = listCases(task, seed).find(only)!;
  const problem = drawProblem(task, one, seed);
  return { task, problem, estimates: evaluateTask(task, problem, outputSizes(task, one.shape)), warnings: [] };
}
