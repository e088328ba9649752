import { mode } from "d3-array";
import { allows, type Estimates, evaluate, type Problem, type Tensor } from "../../reference/oracle.ts";
import { MIN_NORMAL } from "../../reference/rounding.ts";
import { type Case, describeCase, drawProblem, integerOutputs } from "./case.ts";
import { brokenConstraint } from "./constraints.ts";
import { elementCount, wordCount } from "./dims.ts";
import type { Task, TensorSpec } from "./task.ts";

/** Problems up to this many operations are evaluated in full; of larger ones, this many units. */
const WHOLE_FLOPS = 2e7;
const SAMPLED_UNITS = 48;

/** An error bound is useful if it is at most this share of the value, for half of the elements. */
const LARGEST_MEDIAN_BOUND = 0.05;

/** A case with the inputs generated from a seed. */
export interface DrawnCase {
  readonly case: Case;
  readonly problem: Problem;
}

/** The cases whose data kind exists, with inputs. */
export function drawCases(task: Task, cases: readonly Case[], seed: string): DrawnCase[] {
  const known = cases.filter(({ data }) => task.data.some(({ name }) => name === data));
  return known.map((one) => ({ case: one, problem: drawProblem(task, one, seed) }));
}

/**
 * Faults of the inputs that a task generates for some cases, and of its oracle's results on them.
 *
 * @param what the purpose of the cases' shapes
 */
export function problemFaults(task: Task, drawn: Iterable<DrawnCase>, what: "check" | "measured"): string[] {
  return findProblemFaults(task, drawn, what).map(({ text }) => text);
}

/** `data`: inputs; `values`: the reference; `bound`: too wide; `trivial`: answers without work that would pass. */
export interface ProblemFault {
  readonly of: "data" | "values" | "bound" | "trivial";
  readonly text: string;
}

export function findProblemFaults(task: Task, drawn: Iterable<DrawnCase>, what: "check" | "measured"): ProblemFault[] {
  const faults: ProblemFault[] = [];
  for (const one of drawn) {
    const place = `${what} shape ${describeCase(one.case)}`;
    faults.push(...faultsOfCase(task, one).map(({ of, text }) => ({ of, text: `${place}: ${text}` })));
  }
  return faults;
}

/** Inputs drawn again for a case in which a fault may be due to chance. */
const FURTHER_DRAWS = 4;

/**
 * Under some seeds, a few sums cancel and have wide bounds, or a few elements are alike: such a fault is the case's if
 * most further draws have it too.
 */
function faultsOfCase(task: Task, { case: one, problem }: DrawnCase): ProblemFault[] {
  const found = faultsOfProblem(task, problem);
  if (!found.some(mayBeChance)) return found;
  const further = Array.from({ length: FURTHER_DRAWS }, (_, draw) =>
    faultsOfProblem(task, drawProblem(task, one, `further draw ${draw}`)),
  );
  const isUsual = ({ of }: ProblemFault) =>
    2 * further.filter((faults) => faults.some((fault) => fault.of === of)).length > FURTHER_DRAWS;
  return found.filter((fault) => !mayBeChance(fault) || isUsual(fault));
}

function mayBeChance({ of }: ProblemFault): boolean {
  return of === "bound" || of === "trivial";
}

function faultsOfProblem(task: Task, problem: Problem): ProblemFault[] {
  const ofData = dataFaults(task, problem);
  // What cannot be drawn right cannot be evaluated.
  return ofData.length > 0 ? ofData.map((text) => ({ of: "data", text })) : resultFaults(task, problem);
}

function dataFaults(task: Task, problem: Problem): string[] {
  const { spec, oracle } = task;
  const { shape, inputs } = problem;
  const faults = spec.inputs.flatMap((tensor) => tensorFaults(tensor, inputs[tensor.name], shape));
  for (const name of Object.keys(inputs)) {
    if (!spec.inputs.some((tensor) => tensor.name === name))
      faults.push(`it generates "${name}", which is not an input`);
  }
  const unitCount = oracle.units(shape);
  for (const output of spec.outputs) {
    const count = elementCount(output, shape);
    if (count % unitCount === 0) continue;
    faults.push(`the ${count} elements of ${output.name} do not divide evenly among ${unitCount} units`);
  }
  if (faults.length > 0) return faults;
  const broken = brokenConstraint(spec, problem);
  return broken === undefined ? [] : [`it breaks the constraint "${broken.sentence}"`];
}

function tensorFaults(tensor: TensorSpec, values: Tensor | undefined, shape: Problem["shape"]): string[] {
  const { name, type } = tensor;
  if (values === undefined) return [`it does not generate the input ${name}`];
  const wanted = type === "f32" ? "Float32Array" : "Uint32Array";
  if (values.constructor.name !== wanted) return [`${name} must be a ${wanted}, got a ${values.constructor.name}`];
  const words = wordCount(tensor, shape);
  if (values.length !== words) return [`${name} must have ${words} words, got ${values.length}`];
  if (!values.every(Number.isFinite)) return [`${name} contains infinities or NaNs, which WGSL lets kernels ignore`];
  return [];
}

function resultFaults(task: Task, problem: Problem): ProblemFault[] {
  const { spec, oracle } = task;
  const sizes = Object.fromEntries(spec.outputs.map((output) => [output.name, elementCount(output, problem.shape)]));
  const unitCount = oracle.units(problem.shape);
  const isWhole = unitCount <= SAMPLED_UNITS || spec.flops(problem.shape, problem.params) <= WHOLE_FLOPS;
  const units = isWhole ? allUnits(unitCount) : spreadUnits(unitCount);
  const estimates = evaluate(oracle, problem, sizes, units);
  const faults: string[] = [];
  const integers = integerOutputs(task);
  for (const [name, { expected, bound }] of Object.entries(estimates)) {
    if (!expected.every(Number.isFinite)) faults.push(`the oracle's ${name} is not finite everywhere`);
    if (integers.has(name)) {
      if (!bound.every((value) => value === 0))
        faults.push(`the oracle's error bound of ${name}, which is u32, is not 0`);
    } else if (!bound.every((value) => value > 0 && Number.isFinite(value))) {
      faults.push(`the oracle's error bound of ${name} is not finite and positive everywhere`);
    }
  }
  if (faults.length > 0) return faults.map((text) => ({ of: "values", text }));
  // An output that no constant and no input matches on some units, none matches on all of them.
  return Object.keys(sizes).flatMap((name) =>
    integers.has(name)
      ? cheapIntegers(problem, estimates[name]!, name, units)
      : cheapAnswers(problem, estimates, name, units, sizes[name]!),
  );
}

/** Fewer integers than this may all be equal by chance. */
const FEWEST_INTEGERS = 16;
/** The largest share of integers for which a trivial answer may be correct: flags have only two values. */
const LARGEST_TRIVIAL_SHARE = 0.9;

function cheapIntegers(
  { inputs }: Problem,
  estimate: Estimates[string],
  name: string,
  units: Int32Array,
): ProblemFault[] {
  const { expected } = estimate;
  if (expected.length < FEWEST_INTEGERS) return [];
  const perUnit = expected.length / units.length;
  const elementOf = (slot: number) => units[Math.floor(slot / perUnit)]! * perUnit + (slot % perUnit);
  const common = mode(expected);
  const answers: (readonly [what: string, answer: (slot: number) => number])[] = [
    [`${common} everywhere`, () => common],
    ["each element's index", elementOf],
  ];
  for (const [input, values] of Object.entries(inputs)) {
    if (values instanceof Uint32Array) {
      answers.push([`a copy of the input ${input}`, (slot) => values[elementOf(slot) % values.length]!]);
    }
  }
  return answers
    .filter(([, answer]) => {
      const passed = expected.filter((_, slot) => allows(estimate, slot, answer(slot))).length;
      return passed > LARGEST_TRIVIAL_SHARE * expected.length;
    })
    .map(([what]) => ({ of: "trivial", text: `${what} would pass as nine tenths of ${name}` }));
}

function allUnits(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, unit) => unit);
}

function spreadUnits(count: number): Int32Array {
  return Int32Array.from({ length: SAMPLED_UNITS }, (_, slot) =>
    Math.floor((slot * (count - 1)) / (SAMPLED_UNITS - 1)),
  );
}

/** An answer is not trivial if it is wrong for more than this share of the elements because they are 0: dropout, pruning. */
const LARGEST_SHARE_OF_WRONG_ZEROS = 0.1;

/** Faults of an error bound that is wide against the values, or passes trivial answers for half of them. */
function cheapAnswers(
  problem: Problem,
  estimates: Estimates,
  name: string,
  units: Int32Array,
  elements: number,
): ProblemFault[] {
  const estimate = estimates[name]!;
  const { expected, bound } = estimate;
  // Values that an f32 flushes to zero match a zero.
  const nonzero = slotsWhere(expected, (value) => Math.abs(value) >= MIN_NORMAL);
  const faults: ProblemFault[] = [];
  const report = (of: ProblemFault["of"], text: string) => faults.push({ of, text });
  if (nonzero.length === 0) {
    if (elements > 1) report("trivial", `zeros would pass as all of ${name}`);
    return faults;
  }
  const widths = Float64Array.from(nonzero, (e) => bound[e]! / Math.abs(expected[e]!)).sort();
  const median = widths[widths.length >> 1]!;
  if (median > LARGEST_MEDIAN_BOUND) {
    const percent = Number((100 * median).toPrecision(2));
    report("bound", `the error bound of ${name} is ${percent} % of its values in the median; the limit is 5 %`);
  }
  if (elements === 1) return faults;
  const zeros = slotsWhere(expected, (value) => Math.abs(value) < MIN_NORMAL);
  const passes = (answer: (slot: number) => number) => {
    const isAllowed = (e: number) => allows(estimate, e, answer(e));
    const wrongZeros = zeros.length - zeros.filter(isAllowed).length;
    if (wrongZeros > LARGEST_SHARE_OF_WRONG_ZEROS * expected.length) return false;
    return 2 * nonzero.filter(isAllowed).length > nonzero.length;
  };
  const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length;
  if (passes(() => mean)) report("trivial", `${mean} everywhere would pass as half of ${name}`);
  const perUnit = expected.length / units.length;
  for (const [input, values] of Object.entries(problem.inputs)) {
    if (!(values instanceof Float32Array)) continue;
    const copy = (slot: number) =>
      values[(units[Math.floor(slot / perUnit)]! * perUnit + (slot % perUnit)) % values.length]!;
    const scale = bestScale(nonzero, expected, copy);
    if (passes(copy)) report("trivial", `a copy of the input ${input} would pass as half of ${name}`);
    else if (passes((slot) => scale * copy(slot))) {
      report("trivial", `the input ${input} times ${scale} would pass as half of ${name}`);
    }
  }
  return faults;
}

/** A loop, since iterators over a million elements take most of a check's time. */
function slotsWhere(values: Float64Array, isWanted: (value: number) => boolean): Uint32Array {
  const slots = new Uint32Array(values.length);
  let count = 0;
  for (let slot = 0; slot < values.length; slot++) if (isWanted(values[slot]!)) slots[count++] = slot;
  return slots.subarray(0, count);
}

/** The factor that brings a copy closest, by least squares. */
function bestScale(slots: Uint32Array, expected: Float64Array, copy: (slot: number) => number): number {
  let products = 0;
  let squares = 0;
  for (const slot of slots) {
    products += copy(slot) * expected[slot]!;
    squares += copy(slot) ** 2;
  }
  return squares === 0 ? 0 : products / squares;
}
