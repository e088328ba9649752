import type { AdapterName } from "../results/adapter-name.ts";
import type { Case } from "../task/case.ts";
import { dimSizes } from "../task/dims.ts";
import { type JudgingLimits, timeLimits } from "../task/limits.ts";
import type { Task } from "../task/task.ts";

/** A kernel's default time limit on a case, for all repetitions together. */
export function runLimitMs(task: Task, { shape, params }: Pick<Case, "shape" | "params">): number {
  const units = Math.min(Math.max(task.oracle.units(shape), mostRows(task, shape)), 100_000);
  const megaflops = task.spec.flops(shape, params) / 1e6;
  return Math.round(timeLimits.runBaseMs + timeLimits.runPerUnitMs * units + timeLimits.runPerMegaflopMs * megaflops);
}

/**
 * The rows of the input that has most of them: a workgroup for each is an honest kernel, also where the oracle reduces
 * all rows at once.
 */
function mostRows({ spec }: Task, shape: Case["shape"]): number {
  const rows = spec.inputs.map((input) =>
    dimSizes(input, shape)
      .slice(0, -1)
      .reduce((product, size) => product * size, 1),
  );
  return Math.max(...rows);
}

/**
 * The time limits of the worker's stages whose limits an assignment can change.
 *
 * @param mayCompile whether the driver may be compiling during the run, which does not count as the kernel's time
 */
export function stageLimitsMs(
  limits: JudgingLimits,
  task: Task,
  one: Pick<Case, "shape" | "params">,
  mayCompile = false,
): Record<"plan" | "compile" | "run" | "read-back", number> {
  const compileMs = 1000 * limits.compileSeconds;
  return {
    plan: planLimitMs(limits),
    compile: compileMs,
    run: Math.round(limits.kernelTimes * runLimitMs(task, one)) + (mayCompile ? compileMs : 0),
    "read-back": 1000 * limits.readBackSeconds,
  };
}

/** lavapipe compiles a pipeline when it first runs; if it unrolls loops, that takes seconds. */
export function compilesInFirstRun(adapter: AdapterName): boolean {
  return adapter === "lavapipe";
}

export function planLimitMs({ planSeconds }: JudgingLimits): number {
  return timeLimits.planMs * Math.max(1, planSeconds);
}

/** A worker process's memory limit: on a software adapter, it includes the buffers. */
export function processLimitMebibytes({ processMebibytes, gpuMebibytes }: JudgingLimits): number {
  return processMebibytes + gpuMebibytes;
}
