import { Random } from "../../reference/random.ts";
import type { Device } from "../gpu/device.ts";
import type { Compiler } from "../gpu/program.ts";
import { type Case, drawProblem, outputSizes } from "../task/case.ts";
import type { DeviceContext } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import type { Outputs } from "./judge-case.ts";
import { drawPoison } from "./poison.ts";
import { runBuiltInKernel } from "./reference.ts";
import { changedPlanOf } from "./slips.ts";

/**
 * Finds the outputs of some of a task's edited mistakes on a case. They are made when a diagnosis needs them, since most
 * cases of most submissions never do. A mistake whose kernel does not compile or run is missing.
 */
export type FindMistaken = (
  caseIndex: number,
  mistakes: readonly string[],
) => Promise<Readonly<Record<string, Outputs>>>;

/**
 * Runs the plain kernel with one of the task's edited mistakes.
 *
 * @param compiler of `plainCompiler`
 * @throws BuiltInKernelError if the kernel does not compile or run
 */
export async function runMistaken(
  device: Device,
  context: DeviceContext,
  task: Task,
  one: Case,
  seed: string,
  mistake: string,
  compiler: Compiler,
): Promise<Outputs> {
  const problem = drawProblem(task, one, seed);
  const poison = drawPoison(
    new Random(seed, task.spec.name, mistake, one.index),
    outputSizes(task, one.shape),
    "nan",
    {},
  );
  const builtIn = { device, compiler, context, task, problem, poison };
  const { outputs } = await runBuiltInKernel(
    builtIn,
    changedPlanOf(task, mistake)!,
    `plain kernel with the mistake "${mistake}"`,
  );
  return outputs;
}
