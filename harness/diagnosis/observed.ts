import { type Allowed, allows, type Estimate, type Problem, type Tensor } from "../../reference/oracle.ts";
import type { CaseReference } from "../judge/reference.ts";
import { explainsWrong } from "../judge/resemblance.ts";
import { dimSizes } from "../task/dims.ts";
import type { Task } from "../task/task.ts";

/** An axis of an output: its name in the task's spec, and its size in a case. */
export interface Axis {
  readonly name: string;
  readonly size: number;
}

/** One output of one case, as the finders see it. */
export interface Observed {
  readonly output: string;
  readonly axes: readonly Axis[];
  readonly problem: Problem;
  readonly data: string;
  readonly expected: ArrayLike<number>;
  /** The largest allowed error, 0 for integers; a substitute for it if the oracle did not evaluate the whole output. */
  readonly bound: ArrayLike<number>;
  readonly others?: Allowed["others"];
  readonly got: Tensor;
  /** For each element, 1 if it is wrong. */
  readonly isWrong: Uint8Array;
  readonly wrongCount: number;
  /** For each element, 1 if it is wrong and still holds its value from before the run. */
  readonly isUnwritten: Uint8Array;
  readonly unwrittenCount: number;
  /** A second run of the same case, if there was one. */
  readonly again: Run | undefined;
}

/** An output's values before and after a run. */
export interface Run {
  readonly before: Tensor;
  readonly got: Tensor;
}

/** A submission's runs on a case: the outputs, and their contents before each run. */
export interface Runs {
  readonly reference: CaseReference;
  readonly first: { readonly outputs: Values; readonly poison: Words };
  readonly again?: { readonly outputs: Values; readonly poison: Words } | undefined;
}
type Values = Readonly<Record<string, Tensor>>;
type Words = Readonly<Record<string, Uint32Array>>;

/** Elements that differ from the plain kernel's by more than this share of their magnitude are treated as wrong. */
const LOOKS_WRONG = 1e-3;

/** Observes every output of a case. */
export function observe(task: Task, { reference, first, again }: Runs, estimates: Estimates | undefined): Observed[] {
  return task.spec.outputs.map((spec) => {
    const { name } = spec;
    const got = first.outputs[name]!;
    const allowed: Allowed = estimates?.[name] ?? plainEstimate(reference.plain![name]!);
    const { expected, bound, others } = allowed;
    const words = new Uint32Array(got.buffer, got.byteOffset, got.length);
    const poison = first.poison[name]!;
    const isWrong = new Uint8Array(got.length);
    const isUnwritten = new Uint8Array(got.length);
    const secondWords =
      again && new Uint32Array(again.outputs[name]!.buffer, again.outputs[name]!.byteOffset, got.length);
    let [wrongCount, unwrittenCount] = [0, 0];
    for (let e = 0; e < got.length; e++) {
      if (allows(allowed, e, got[e]!)) continue;
      isWrong[e] = 1;
      wrongCount++;
      // A sum that starts from the previous contents keeps a NaN's payload: a second run shows that it was written.
      if (words[e] !== poison[e] || (secondWords && secondWords[e] !== again!.poison[name]![e])) continue;
      isUnwritten[e] = 1;
      unwrittenCount++;
    }
    const sizes = dimSizes(spec, reference.case.shape);
    return {
      output: name,
      axes: sizes.map((size, axis) => ({ name: axisName(spec.dims[axis]!, axis, spec.dims), size })),
      problem: reference.problem,
      data: reference.case.data,
      expected,
      bound,
      others,
      got,
      isWrong,
      wrongCount,
      isUnwritten,
      unwrittenCount,
      again: again && { before: asNumbers(again.poison[name]!, got), got: again.outputs[name]! },
    };
  });
}

type Estimates = Readonly<Record<string, Estimate>>;

/** The second of two axes of the same size, as in a square matrix, gets a prime: `d`, `d'`. */
function axisName(name: string, axis: number, dims: readonly string[]): string {
  return dims.indexOf(name) < axis ? `${name}'` : name;
}

function plainEstimate(plain: Tensor): Allowed {
  if (plain instanceof Uint32Array) return { expected: plain, bound: new Uint8Array(plain.length) };
  let scale = 0;
  for (const value of plain) scale = Math.max(scale, Math.abs(value));
  return { expected: plain, bound: plain.map((value) => LOOKS_WRONG * Math.max(Math.abs(value), 1e-2 * scale)) };
}

/** Words as numbers of an output's type. */
function asNumbers(words: Uint32Array, output: Tensor): Tensor {
  return output instanceof Uint32Array ? words : new Float32Array(words.buffer, words.byteOffset, words.length);
}

/** Whether an output's elements are integers, which are equal or not: sizes of errors mean nothing there. */
export function isInteger({ got }: Observed): boolean {
  return got instanceof Uint32Array;
}

/** Whether a predicted value explains a wrong element. */
export function isExplained({ got, expected, bound }: Observed, element: number, predicted: number): boolean {
  return explainsWrong(got[element]!, predicted, expected[element]!, bound[element]!);
}

/** The index of an element along each axis. */
export function indexOf({ axes }: Pick<Observed, "axes">, element: number): number[] {
  const index = new Array<number>(axes.length);
  let rest = element;
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    index[axis] = rest % axes[axis]!.size;
    rest = Math.floor(rest / axes[axis]!.size);
  }
  return index;
}

/** Distance in memory between neighbours along an axis. */
export function strideOf({ axes }: Pick<Observed, "axes">, axis: number): number {
  return axes.slice(axis + 1).reduce((product, { size }) => product * size, 1);
}

/** Whether the expected values differ enough among themselves for a resemblance to mean something. */
export function isVaried({ expected, isWrong }: Observed): boolean {
  let count = 0;
  let first: number | undefined;
  for (let e = 0; e < expected.length; e++) {
    if (isWrong[e] === 0) continue;
    first ??= expected[e]!;
    if (Math.abs(expected[e]! - first) > 1e-3 * Math.abs(first)) count++;
  }
  return count >= 2;
}
