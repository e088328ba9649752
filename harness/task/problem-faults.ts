import { type Estimates, evaluate, type Problem, type Tensor } from "../../reference/oracle.ts";
import { Random } from "../../reference/random.ts";
import { describeCase } from "../judge/case.ts";
import { brokenConstraint } from "./constraints.ts";
import { elementCount, wordCount } from "./dims.ts";
import type { DataKind, Task, TensorSpec } from "./task.ts";

/** Operations up to which the oracle evaluates the whole problem; units that it evaluates of a larger one. */
const WHOLE_FLOPS = 2e7;
const SAMPLED_UNITS = 48;

/** What is wrong with the inputs that a task draws for its checks, and with what its oracle says of them. */
export function problemFaults(task: Task): string[] {
  const faults: string[] = [];
  const kinds = new Map(task.data.map((kind) => [kind.name, kind]));
  for (const [index, check] of task.spec.checks.entries()) {
    for (const name of check.data) {
      const kind = kinds.get(name);
      if (kind === undefined) continue;
      const place = `check shape ${describeCase({ ...check, data: name })}`;
      faults.push(...faultsOfCase(task, kind, check, index).map((fault) => `${place}: ${fault}`));
    }
  }
  return faults;
}

/** Shapes beyond the published ones on which data is drawn. */
const DRAWN_SHAPES = 5;

/** Where plain data of drawn and of measured shapes breaks a constraint. */
export function constraintFaults({ spec, data }: Task): string[] {
  const plain = data.find(({ name }) => name === "plain");
  if (plain === undefined) return [];
  const drawn = Array.from({ length: DRAWN_SHAPES }, (_, seed) => ({
    ...spec.drawShape(new Random("constraints", spec.name, seed)),
    what: "drawn",
  }));
  const measured = spec.measures.map((measure) => ({ ...measure, what: "measure" }));
  return [...drawn, ...measured].flatMap(({ shape, params, what }, index) => {
    const inputs = plain.draw(new Random("constraints", spec.name, index, "data"), shape, params);
    const broken = brokenConstraint(spec, { shape, params, inputs });
    const place = `${what} shape ${describeCase({ shape, params, data: "plain" })}`;
    return broken === undefined ? [] : [`${place}: it breaks the constraint "${broken.sentence}"`];
  });
}

function faultsOfCase(
  task: Task,
  kind: DataKind<string, string>,
  { shape, params }: Pick<Problem, "shape" | "params">,
  index: number,
): string[] {
  const { spec, oracle } = task;
  const inputs = kind.draw(new Random("consistency", spec.name, index, kind.name), shape, params);
  const faults = spec.inputs.flatMap((tensor) => tensorFaults(tensor, inputs[tensor.name], shape));
  for (const name of Object.keys(inputs)) {
    if (!spec.inputs.some((tensor) => tensor.name === name)) faults.push(`it draws "${name}", which is no input`);
  }
  const unitCount = oracle.units(shape);
  for (const output of spec.outputs) {
    const count = elementCount(output, shape);
    if (count % unitCount === 0) continue;
    faults.push(`the ${count} elements of ${output.name} do not divide evenly among ${unitCount} units`);
  }
  // What cannot be drawn right cannot be evaluated.
  if (faults.length > 0) return faults;
  const broken = brokenConstraint(spec, { shape, params, inputs });
  if (broken !== undefined) return [`it breaks the constraint "${broken.sentence}"`];
  return resultFaults(task, { shape, params, inputs });
}

function tensorFaults(tensor: TensorSpec, values: Tensor | undefined, shape: Problem["shape"]): string[] {
  const { name, type } = tensor;
  if (values === undefined) return [`it does not draw the input ${name}`];
  const wanted = type === "f32" ? "Float32Array" : "Uint32Array";
  if (values.constructor.name !== wanted) return [`${name} is a ${values.constructor.name}, and should be a ${wanted}`];
  const words = wordCount(tensor, shape);
  if (values.length !== words) return [`${name} has ${values.length} words, and should have ${words}`];
  if (!values.every(Number.isFinite)) return [`${name} holds infinities or NaNs, which WGSL lets kernels ignore`];
  return [];
}

function resultFaults(task: Task, problem: Problem): string[] {
  const { spec, oracle } = task;
  const sizes = Object.fromEntries(spec.outputs.map((output) => [output.name, elementCount(output, problem.shape)]));
  const unitCount = oracle.units(problem.shape);
  const isWhole = unitCount <= SAMPLED_UNITS || spec.flops(problem.shape, problem.params) <= WHOLE_FLOPS;
  const units = isWhole ? allUnits(unitCount) : spreadUnits(unitCount);
  const estimates = evaluate(oracle, problem, sizes, units);
  const faults: string[] = [];
  for (const [name, { expected, bound }] of Object.entries(estimates)) {
    if (!expected.every(Number.isFinite)) faults.push(`the oracle's ${name} is not finite everywhere`);
    if (!bound.every((value) => value > 0 && Number.isFinite(value))) {
      faults.push(`the oracle's bound of ${name} is not finite and above 0 everywhere`);
    }
  }
  if (faults.length > 0) return faults;
  // What no constant and no input matches on some units, none matches on all of them.
  return Object.keys(sizes).flatMap((name) => cheapAnswers(problem, estimates, name, units, sizes[name]!));
}

function allUnits(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, unit) => unit);
}

function spreadUnits(count: number): Int32Array {
  return Int32Array.from({ length: SAMPLED_UNITS }, (_, slot) =>
    Math.floor((slot * (count - 1)) / (SAMPLED_UNITS - 1)),
  );
}

/** Answers without work that an output's bounds let pass: one number everywhere, or the values of an input. */
function cheapAnswers(
  problem: Problem,
  estimates: Estimates,
  name: string,
  units: Int32Array,
  elements: number,
): string[] {
  if (elements === 1) return [];
  const { expected, bound } = estimates[name]!;
  const faults: string[] = [];
  let highest = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  expected.forEach((value, e) => {
    highest = Math.max(highest, value - bound[e]!);
    lowest = Math.min(lowest, value + bound[e]!);
  });
  if (highest <= lowest) {
    const isZero = highest <= 0 && lowest >= 0;
    faults.push(isZero ? `zeros would pass as ${name}` : `${(highest + lowest) / 2} everywhere would pass as ${name}`);
  }
  const perUnit = expected.length / units.length;
  for (const [input, values] of Object.entries(problem.inputs)) {
    if (!(values instanceof Float32Array) || values.length < elements) continue;
    const isCopy = expected.every((value, e) => {
      const element = units[Math.floor(e / perUnit)]! * perUnit + (e % perUnit);
      return Math.abs(values[element]! - value) <= bound[e]!;
    });
    if (isCopy) faults.push(`a copy of the input ${input} would pass as ${name}`);
  }
  return faults;
}
