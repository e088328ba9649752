/** A tensor's values, row-major: `f32` tensors as they are, packed integers as their 32-bit words. */
export type Tensor = Float32Array | Uint32Array;
export type Tensors = Readonly<Record<string, Tensor>>;

/** Named integers that fix the size of every tensor of a task, such as `{ rows: 3, cols: 5 }`. */
export type Shape<K extends string = string> = Readonly<Record<K, number>>;

/** Named scalars that the function depends on besides its tensors, such as `{ causal: 1 }`. Each is exactly an f32. */
export type Params<P extends string = string> = Readonly<Record<P, number>>;

/** One instance of a task: all inputs of its function. */
export interface Problem<K extends string = string, P extends string = string> {
  readonly shape: Shape<K>;
  readonly params: Params<P>;
  readonly inputs: Tensors;
}

/** All numbers from the first to the second, both included. */
export type Span = readonly [least: number, most: number];

/** Estimate of one output: its float64 value, and the largest error of an honest f32 kernel. */
export interface Estimate {
  readonly expected: Float64Array;
  /** Absolute, in the output's own unit, one for each element of `expected`. 0 for integers, which are exact. */
  readonly bound: Float64Array;
  /** For elements whose value depends on a choice that may go either way, the other correct values. */
  readonly others?: Map<number, readonly Span[]>;
}

/** The parts of an estimate by which values are judged. */
export interface Allowed {
  readonly expected: ArrayLike<number>;
  readonly bound: ArrayLike<number>;
  readonly others?: ReadonlyMap<number, readonly Span[]> | undefined;
}

/** Whether a value is correct for an element. */
export function allows({ expected, bound, others }: Allowed, element: number, value: number): boolean {
  return Math.abs(value - expected[element]!) <= bound[element]! || spanOf(others, element, value) !== undefined;
}

/** The span of an element's other values that includes a value. */
export function spanOf(others: Allowed["others"], element: number, value: number): Span | undefined {
  return others?.get(element)?.find(([least, most]) => least <= value && value <= most);
}
export type Estimates = Readonly<Record<string, Estimate>>;

/**
 * Writes the estimates of one unit at `slot`: with `p` elements per unit in an output, to that output's elements
 * `slot·p … slot·p + p - 1` of `into`, so that chosen units can be packed into small arrays.
 */
export type EvaluateUnit = (unit: number, into: Estimates, slot: number) => void;

/** Thrown for a problem without a solution in f32, such as one with a covariance of no distribution. */
export class UnsolvableProblem extends Error {}

/**
 * The float64 function of a task, with its error bound.
 *
 * The work is cut into *units*: the smallest part that can be evaluated alone, such as a row of softmax. Each output's
 * elements divide evenly, in order, among the units. Large problems are judged on chosen units only.
 */
export interface Oracle<K extends string = string, P extends string = string> {
  units(shape: Shape<K>): number;
  /** Does the work that all units share (such as projections), and returns the function that evaluates one. */
  prepare(problem: Problem<K, P>): EvaluateUnit;
  /** The largest difference from golden values, relative to each. `GOLDEN_TOLERANCE` if omitted. */
  readonly goldenTolerance?: number;
  /**
   * The difference is relative to the output's largest value instead: the program that made the golden values subtracts
   * numbers of that size, and so loses digits that the oracle keeps.
   */
  readonly goldenOfLargest?: true;
}

/** Some thousand times float64's rounding error, and far below the error of a different formula. */
export const GOLDEN_TOLERANCE = 1e-12;

/**
 * Evaluates chosen units, or all of them.
 *
 * @param sizes elements of each output for the whole problem
 * @param units indices of the requested units, in the order of the result; all by default
 */
export function evaluate<K extends string, P extends string>(
  oracle: Oracle<K, P>,
  problem: Problem<K, P>,
  sizes: Readonly<Record<string, number>>,
  units?: ArrayLike<number>,
): Estimates {
  const unitCount = oracle.units(problem.shape);
  const slots = units?.length ?? unitCount;
  const estimates: Record<string, Estimate> = {};
  for (const [name, size] of Object.entries(sizes)) {
    const length = (size / unitCount) * slots;
    estimates[name] = { expected: new Float64Array(length), bound: new Float64Array(length), others: new Map() };
  }
  const evaluateUnit = oracle.prepare(problem);
  for (let slot = 0; slot < slots; slot++) evaluateUnit(units?.[slot] ?? slot, estimates, slot);
  return estimates;
}
