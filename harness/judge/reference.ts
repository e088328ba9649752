import { type Estimates, evaluate, type Problem, type Tensor } from "../../reference/oracle.ts";
import { Random } from "../../reference/random.ts";
import type { Device } from "../gpu/device.ts";
import { Compiler } from "../gpu/program.ts";
import { Workspace } from "../gpu/workspace.ts";
import { type Case, describeCase, drawProblem, integerOutputs, outputSizes } from "../task/case.ts";
import type { DeviceContext, PlanFunction } from "../task/plan.ts";
import type { Task } from "../task/task.ts";
import { count } from "../text/count.ts";
import { drawPoison } from "./poison.ts";
import { sampleUnits } from "./sample.ts";
import { Tally } from "./tally.ts";

/** The reference for a case's outputs: made once per run, the same for every candidate. */
export interface CaseReference {
  readonly case: Case;
  /** The run's; unknown to submissions. */
  readonly seed: string;
  readonly problem: Problem;
  /** The units that the oracle evaluated, ascending. */
  readonly units: Int32Array;
  readonly estimates: Estimates;
  /** The plain kernel's outputs, kept if not every unit was evaluated. */
  readonly plain: Readonly<Record<string, Tensor>> | undefined;
  /**
   * For each output, the root-mean-square error (as shares of the bounds) of the plain kernel on this adapter, or
   * of one rounding to f32, whichever is larger. Empty if the case says nothing about precision.
   */
  readonly precision: Readonly<Record<string, number>>;
  /** For each output, the root mean square of its expected values. */
  readonly typical: Readonly<Record<string, number>>;
  /** The plain kernel's wall time, on a machine that may be busy. */
  readonly plainMs: number;
}

/** A root mean square of fewer elements says little: such cases are judged by their error bounds alone. */
const ELEMENTS_FOR_PRECISION = 64;

/** A fault in a task: its reference has no value, or its plain kernel is wrong or does not run. */
export class BuiltInKernelError extends Error {
  readonly part: "reference" | "plain";
  /** The text of the kernel's line that does not compile. */
  readonly line: string | undefined;

  constructor(message: string, part: "reference" | "plain", line?: string) {
    super(message);
    this.part = part;
    this.line = line;
  }
}

/** Compiles a task's plain kernel: one module per source and one pipeline per shape, for any data. */
export function plainCompiler(device: Device, { spec }: Task): Compiler {
  return new Compiler(
    device,
    spec.inputs.map(({ name }) => name),
  );
}

/**
 * Starts compiling the plain kernel for all of the cases: drivers do it on their own threads, while the oracle works on
 * this one. Errors are reported when a case needs the kernel.
 */
export function compilePlainAhead(
  compiler: Compiler,
  context: DeviceContext,
  task: Task,
  cases: Iterable<Pick<Case, "shape" | "params">>,
): void {
  for (const { shape, params } of cases) {
    const plan = task.plain({ task: task.spec.name, shape, params, device: context });
    compiler.compile(plan).catch(() => {});
  }
}

/**
 * Generates a case's inputs, has the oracle evaluate it, and runs the plain kernel, which must agree.
 *
 * @param compiler of `plainCompiler`, to share modules and pipelines with other cases
 */
export async function makeReference(
  device: Device,
  context: DeviceContext,
  task: Task,
  one: Case,
  seed: string,
  compiler = plainCompiler(device, task),
): Promise<CaseReference> {
  const problem = drawProblem(task, one, seed);
  const sizes = outputSizes(task, one.shape);
  const units = sampleUnits(task, one.shape, one.params, seed, task.spec.name, one.index);
  const estimates = evaluate(task.oracle, problem, sizes, units);
  for (const [name, { expected, bound }] of Object.entries(estimates)) {
    if (expected.every(Number.isFinite) && bound.every(Number.isFinite)) continue;
    throw new BuiltInKernelError(
      `the reference of ${task.spec.name} gives values or bounds of ${name} that are not finite on ${describeCase(one)}`,
      "reference",
    );
  }
  const typical = Object.fromEntries(Object.entries(estimates).map(([name, { expected }]) => [name, rms(expected)]));
  const poison = drawPoison(new Random(seed, task.spec.name, "plain", one.index), sizes, "nan", typical);
  const builtIn = { device, compiler, context, task, problem, poison };
  const { outputs: plain, runMs: plainMs } = await runBuiltInKernel(builtIn, task.plain, "plain kernel");
  const integers = integerOutputs(task);
  const precision: Record<string, number> = {};
  for (const [name, estimate] of Object.entries(estimates)) {
    const tally = new Tally();
    tally.add(plain[name]!, estimate, units, poison[name] as Uint32Array, () => {});
    if (tally.worst !== undefined) {
      const { element, expected, got, bound } = tally.worst;
      const [expectedText, gotText, boundText] = [expected.toPrecision(7), got.toPrecision(7), bound.toPrecision(2)];
      throw new BuiltInKernelError(
        `the plain kernel of ${task.spec.name} is wrong on ${describeCase(one)}: ${count(tally.wrong, "element")}, the worst ${name}[${element}]: expected ${expectedText}, got ${gotText} (allowed error ${boundText})`,
        "plain",
      );
    }
    if (tally.judged >= ELEMENTS_FOR_PRECISION && !integers.has(name)) {
      precision[name] = Math.max(tally.rms, tally.roundingRms);
    }
  }
  const isSampled = units.length < task.oracle.units(one.shape);
  const compared = isSampled ? plain : undefined;
  return { case: one, seed, problem, units, estimates, plain: compared, precision, typical, plainMs };
}

function rms(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

interface BuiltInSetting {
  readonly device: Device;
  readonly compiler: Compiler;
  readonly context: DeviceContext;
  readonly task: Task;
  readonly problem: Problem;
  readonly poison: ReturnType<typeof drawPoison>;
}

/** @throws BuiltInKernelError */
export async function runBuiltInKernel(
  { device, compiler, context, task, problem, poison }: BuiltInSetting,
  planOf: PlanFunction,
  what: string,
): Promise<{ readonly outputs: Record<string, Tensor>; readonly runMs: number }> {
  const { name } = task.spec;
  const plan = planOf({ task: name, shape: problem.shape, params: problem.params, device: context });
  const compiled = await compiler.compile(plan);
  if (!compiled.ok) {
    const { message, place } = compiled.problem;
    const line = place?.code.split("\n")[place.line - 1];
    throw new BuiltInKernelError(`the ${what} of ${name} does not compile: ${message}`, "plain", line);
  }
  const bytes = Object.fromEntries(Object.entries(poison).map(([output, words]) => [output, words.byteLength]));
  const workspace = new Workspace(device, problem.inputs, bytes, plan, { integers: integerOutputs(task) });
  const startMs = performance.now();
  const ran = await workspace.run(compiled.program, [poison]);
  const runMs = performance.now() - startMs;
  workspace.destroy();
  if ("verdict" in ran) throw new BuiltInKernelError(`the ${what} of ${name} does not run: ${ran.message}`, "plain");
  return { outputs: ran[0]!, runMs };
}
