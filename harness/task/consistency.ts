import { Random } from "../../reference/random.ts";
import { DRAWN_GROUP, describeCase, listCases } from "./case.ts";
import { brokenByDimensions } from "./constraints.ts";
import { coverageGaps } from "./coverage.ts";
import { dimSizes, elementCount, wordCount } from "./dims.ts";
import { drawCases, problemFaults } from "./problem-faults.ts";
import { rangeFaults } from "./range-faults.ts";
import { INTERVIEW_QUESTIONS, type Task, type TensorSpec, TRACKS } from "./task.ts";

/** Buffers that every WebGPU device can bind: `maxStorageBufferBindingSize` is at least 128 MiB. */
const LARGEST_BUFFER_BYTES = 128 * 2 ** 20;

const FEWEST_MISTAKES = 3;
const DRAWN_SHAPES = 20;
/** A random shape is checked in addition to the others: about ten milliseconds on a software adapter. */
const LARGEST_DRAWN_FLOPS = 3e7;

const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const SNAKE_CASE = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

type Dimensions = Pick<Task["spec"]["checks"][number], "shape" | "params">;

/** Inconsistencies of a task's spec that show without generating data. */
export function specFaults(task: Task): string[] {
  const dimensionFaults = faultsOfDimensions(task);
  const faults = [
    ...faultsOfNames(task),
    ...faultsOfStep(task),
    ...dimensionFaults,
    ...coverageGaps(task.spec),
    ...faultsOfDataUse(task),
    ...faultsOfMistakes(task),
    ...(dimensionFaults.length === 0 ? faultsOfMeasures(task) : []),
  ];
  return faults.map((fault) => `${task.spec.name}: ${fault}`);
}

/**
 * Inconsistencies of a task: sentences that name the task and the place. Generates every case of a run once and has the
 * oracle evaluate it (large ones in part), which takes up to two seconds.
 */
export function inconsistencies(task: Task, seed = "consistency"): string[] {
  return [...specFaults(task), ...faultsOfCases(task, seed).map((fault) => `${task.spec.name}: ${fault}`)];
}

function faultsOfCases(task: Task, seed: string): string[] {
  // A problem can be generated only if every shape is valid, and evaluated only if tensors have valid names.
  if (faultsOfNames(task).length > 0 || faultsOfDimensions(task).length > 0) return [];
  const drawnFaults = faultsOfDrawnShapes(task);
  const cases = listCases(task, seed).filter(({ group }) => drawnFaults.length === 0 || group !== DRAWN_GROUP);
  const drawn = drawCases(task, cases, seed);
  const faults = [...drawnFaults, ...problemFaults(task, drawn, "check")];
  return faults.length > 0 ? faults : rangeFaults(task, drawn);
}

function describeDimensions({ shape, params }: Dimensions): string {
  return describeCase({ shape, params, data: "" });
}

function faultsOfNames({ spec, data }: Task): string[] {
  const faults: string[] = [];
  for (const [what, name] of [
    ["the task's name", spec.name],
    ["the family's name", spec.family],
    ...data.map((kind) => ["the name of the data kind", kind.name]),
  ] as const) {
    if (!KEBAB_CASE.test(name!)) faults.push(`${what} "${name}" is not in kebab-case, like "row-softmax"`);
  }
  const tensors = [...spec.inputs, ...spec.outputs];
  for (const name of [
    ...tensors.map((tensor) => tensor.name),
    ...Object.keys(spec.shape),
    ...Object.keys(spec.params),
  ]) {
    if (!SNAKE_CASE.test(name)) faults.push(`the name "${name}" is not in snake_case, like "kv_heads"`);
  }
  faults.push(...repeated(tensors.map(({ name }) => name)).map((name) => `two tensors are named "${name}"`));
  faults.push(...repeated(data.map(({ name }) => name)).map((name) => `two data kinds are named "${name}"`));
  if (spec.inputs.length === 0 || spec.outputs.length === 0) faults.push("it lacks inputs or outputs");
  for (const { name, type } of spec.outputs) {
    if (type !== "f32" && type !== "u32") faults.push(`the output ${name} must be f32 or u32, got ${type}`);
  }
  for (const [what, text] of Object.entries({ title: spec.title, statement: spec.statement })) {
    if (text.trim() === "") faults.push(`its ${what} is empty`);
  }
  if (spec.hints.length === 0) faults.push("it gives no hints");
  return faults;
}

/** Nothing has checked the types of a task outside this repository. */
function faultsOfStep({ spec: { step } }: Task): string[] {
  if (step === undefined) return [];
  const { track, level, teaches, questions } = step;
  const faults: string[] = [];
  if (!TRACKS.includes(track)) faults.push(`its track is "${track}", but must be one of: ${TRACKS.join(", ")}`);
  if (![1, 2, 3, 4, 5].includes(level)) faults.push(`its level is ${level}, but must be from 1 to 5`);
  if (!/^\S/.test(teaches) || /^[A-Z][a-z]|\.$/.test(teaches)) {
    faults.push(`its \`teaches\` does not complete "Teaches …": "${teaches}"`);
  }
  const unknown = questions.filter((one) => !Number.isInteger(one) || one < 1 || one > INTERVIEW_QUESTIONS);
  faults.push(...unknown.map((one) => `it answers question ${one}, but questions go from 1 to ${INTERVIEW_QUESTIONS}`));
  return faults;
}

/** Checks that shapes and params have exactly the spec's names, and give every tensor positive integer sizes. */
function faultsOfDimensions({ spec }: Task): string[] {
  return [
    ...spec.checks.flatMap((check) => dimensionFaults(spec, check, "check")),
    ...spec.measures.flatMap((measure) => dimensionFaults(spec, measure, "measure")),
  ];
}

function dimensionFaults(spec: Task["spec"], dimensions: Dimensions, what: string): string[] {
  const { shape, params } = dimensions;
  const place = `${what} shape ${describeDimensions(dimensions)}`;
  const faults: string[] = [];
  if (!sameNames(shape, spec.shape)) faults.push(`${place}: it names other sizes than ${listNames(spec.shape)}`);
  if (!sameNames(params, spec.params)) faults.push(`${place}: it names other params than ${listNames(spec.params)}`);
  for (const [name, size] of Object.entries(shape)) {
    if (!Number.isSafeInteger(size) || size < 1)
      faults.push(`${place}: ${name} must be a positive integer, got ${size}`);
  }
  for (const [name, value] of Object.entries(params)) {
    if (Math.fround(value) !== value) faults.push(`${place}: ${name} must be an f32, got ${value}: use Math.fround`);
  }
  // Constraints may use every name.
  const broken = faults.length === 0 ? brokenByDimensions(spec, dimensions) : undefined;
  if (broken !== undefined) faults.push(`${place}: it breaks the constraint "${broken.sentence}"`);
  for (const tensor of [...spec.inputs, ...spec.outputs]) {
    try {
      dimSizes(tensor, shape);
    } catch (error) {
      faults.push(`${place}: ${(error as Error).message}`);
    }
  }
  return faults;
}

function faultsOfDataUse({ spec, data }: Task): string[] {
  const faults: string[] = [];
  const known = new Set(data.map(({ name }) => name));
  const used = new Set(spec.checks.flatMap((check) => check.data));
  if (!known.has("plain")) faults.push('the data kind "plain", on which accuracy and time are measured, is missing');
  for (const name of used)
    if (!known.has(name)) faults.push(`checks use the data kind "${name}", which does not exist`);
  for (const name of known) if (!used.has(name)) faults.push(`no check uses the data kind "${name}"`);
  for (const check of spec.checks) {
    const place = `check shape ${describeDimensions(check)}`;
    if (check.data.length === 0) faults.push(`${place}: it has no data kind`);
    if (check.group.trim() === "") faults.push(`${place}: it belongs to no group`);
    faults.push(...repeated(check.data).map((name) => `${place}: it lists the data kind "${name}" twice`));
  }
  return faults;
}

function faultsOfMistakes({ mistakes }: Task): string[] {
  const faults: string[] = [];
  if (mistakes.length < FEWEST_MISTAKES)
    faults.push(`it lists ${mistakes.length} mistakes; the minimum is ${FEWEST_MISTAKES}`);
  faults.push(...repeated(mistakes.map(({ name }) => name)).map((name) => `two mistakes are named "${name}"`));
  for (const { name, about, hint } of mistakes) {
    const place = `mistake "${name}"`;
    if (!KEBAB_CASE.test(name)) faults.push(`${place}: its name is not in kebab-case, like "no-max-subtraction"`);
    if (about.trim() === "" || /^[A-Z][a-z]|\.$/.test(about)) {
      faults.push(`${place}: its about does not complete "Likely cause: …": "${about}"`);
    }
    if (!/[.!?:)`]$/.test(hint)) faults.push(`${place}: its hint is not a whole sentence: "${hint}"`);
  }
  return faults;
}

function faultsOfMeasures({ spec }: Task): string[] {
  const faults: string[] = [];
  const names = spec.measures.map(({ name }) => name).join(", ");
  if (names !== "small, medium, large")
    faults.push(`its measures must be small, medium, large, got ${names || "none"}`);
  let previous = 0;
  for (const { name, shape, params } of spec.measures) {
    const place = `measure "${name}"`;
    for (const tensor of [...spec.inputs, ...spec.outputs]) {
      const bytes = 4 * wordCount(tensor, shape);
      if (bytes <= LARGEST_BUFFER_BYTES) continue;
      faults.push(`${place}: ${tensor.name} takes ${bytes} bytes; every device can bind ${LARGEST_BUFFER_BYTES}`);
    }
    const flops = spec.flops(shape, params);
    if (!(flops > previous) || !Number.isFinite(flops)) {
      faults.push(`${place}: it needs ${flops} operations, which is not more than the previous measure`);
    }
    previous = flops;
    faults.push(...scratchFaults(spec, shape, place));
  }
  return faults;
}

function scratchFaults({ scratchLimitBytes }: Task["spec"], shape: Dimensions["shape"], place: string): string[] {
  const bytes = scratchLimitBytes(shape);
  return bytes >= 0 && Number.isFinite(bytes) ? [] : [`${place}: its scratch limit is ${bytes} bytes`];
}

function faultsOfDrawnShapes({ spec }: Task): string[] {
  const faults: string[] = [];
  for (let seed = 0; seed < DRAWN_SHAPES; seed++) {
    const drawn = spec.drawShape(new Random("drawn shapes", spec.name, seed));
    const own = dimensionFaults(spec, drawn, "drawn");
    faults.push(...own);
    if (own.length > 0) continue;
    const place = `drawn shape ${describeDimensions(drawn)}`;
    const flops = spec.flops(drawn.shape, drawn.params);
    if (!(flops > 0 && flops <= LARGEST_DRAWN_FLOPS)) {
      faults.push(`${place}: it needs ${flops} operations; the range is 1 to ${LARGEST_DRAWN_FLOPS}`);
    }
    faults.push(...unitFaults(spec.outputs, drawn.shape, place));
  }
  return faults;

  function unitFaults(outputs: readonly TensorSpec[], shape: Dimensions["shape"], place: string): string[] {
    const isAlwaysSingle = outputs.every(({ dims }) => dims.every((size) => size === "1"));
    const isSingle = !isAlwaysSingle && outputs.every((output) => elementCount(output, shape) === 1);
    return isSingle ? [`${place}: its outputs have a single element, so a constant can match it`] : [];
  }
}

function sameNames(one: object, other: object): boolean {
  return Object.keys(one).sort().join() === Object.keys(other).sort().join();
}

function listNames(names: object): string {
  return Object.keys(names).join(", ") || "none";
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
