/** A tensor's values, row-major: `f32` tensors as they are, packed integers as their 32-bit words. */
export type Tensor = Float32Array | Uint32Array;
export type Tensors = Readonly<Record<string, Tensor>>;

/** Named integers that fix the size of every tensor of a task, such as `{ rows: 3, cols: 5 }`. */
export type Shape<K extends string = string> = Readonly<Record<K, number>>;

/** Named scalars that the function depends on beside its tensors, such as `{ causal: 1 }`. Each is exactly an f32. */
export type Params<P extends string = string> = Readonly<Record<P, number>>;

/** One instance of a task: everything that its function needs. */
export interface Problem<K extends string = string, P extends string = string> {
  readonly shape: Shape<K>;
  readonly params: Params<P>;
  readonly inputs: Tensors;
}

/** What is known of one output: its value in float64, and the largest error an honest f32 kernel can make there. */
export interface Estimate {
  readonly expected: Float64Array;
  /** Absolute, in the output's own unit, one for each element of `expected`. */
  readonly bound: Float64Array;
}
export type Estimates = Readonly<Record<string, Estimate>>;

/**
 * Writes the estimates of one unit. `slot` says where: with `p` elements a unit in an output, that output's elements
 * `slot·p … slot·p + p - 1` of `into` are written, so that chosen units can lie packed in small arrays.
 */
export type EvaluateUnit = (unit: number, into: Estimates, slot: number) => void;

/** Thrown for a problem that nobody can solve in f32, such as one with a covariance of no distribution. */
export class UnsolvableProblem extends Error {}

/**
 * The float64 function of a task, with its error bound.
 *
 * The work is cut into *units*: the smallest part that can be evaluated alone, such as a row of softmax. Each output's
 * elements divide evenly, in order, among the units. Large problems are judged on chosen units only.
 */
export interface Oracle<K extends string = string, P extends string = string> {
  units(shape: Shape<K>): number;
  /** Does what all units share (such as projections), and returns the function that evaluates one. */
  prepare(problem: Problem<K, P>): EvaluateUnit;
  /** The largest difference from golden values, relative to each. `GOLDEN_TOLERANCE` if omitted. */
  readonly goldenTolerance?: number;
}

/** Some thousand times float64's rounding error, and far below that of another formula. */
export const GOLDEN_TOLERANCE = 1e-12;

/**
 * Evaluates chosen units, or all of them.
 *
 * @param sizes elements of each output for the whole problem
 * @param units indices of the units wanted, in the order in which they will lie in the result; all by default
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
    estimates[name] = { expected: new Float64Array(length), bound: new Float64Array(length) };
  }
  const evaluateUnit = oracle.prepare(problem);
  for (let slot = 0; slot < slots; slot++) evaluateUnit(units?.[slot] ?? slot, estimates, slot);
  return estimates;
}
