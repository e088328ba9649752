import type { Oracle, Params, Problem, Shape, Tensors } from "../../reference/oracle.ts";
import type { Random } from "../../reference/random.ts";
import type { Edit } from "./edits.ts";
import type { PlanFunction } from "./plan.ts";

/**
 * How a tensor's elements lie in its buffer. `i8` and `u4` are packed little-endian into 32-bit words along the last
 * axis, each row padded with zeros to a whole number of words.
 */
export type ElementType = "f32" | "u32" | "i8" | "u4";

/** A tensor of a task's interface. Outputs are always `f32`. */
export interface TensorSpec {
  readonly name: string;
  readonly type: ElementType;
  /** The size of each axis, as an expression in the shape's names: `"rows"`, `"k/group"`, `"ceil(n*k/64/256)"`. */
  readonly dims: readonly string[];
  /** What it holds, in a few words. */
  readonly about: string;
}

/** A shape on which every submission is checked. */
export interface CheckShape<K extends string, P extends string> {
  readonly shape: Shape<K>;
  readonly params: Params<P>;
  /**
   * What the shape is there for, in words that a candidate understands: `"tiny"`, `"odd sizes"`, `"around a tile"`,
   * `"long rows"`, `"many rows"`. Correctness points are given for whole groups.
   */
  readonly group: string;
  /** Names of the data kinds that are drawn for it; `plain` should be among them. */
  readonly data: readonly string[];
}

/** A shape on which time is measured, always on `plain` data. */
export interface MeasureShape<K extends string, P extends string> {
  readonly name: "small" | "medium" | "large";
  readonly shape: Shape<K>;
  readonly params: Params<P>;
}

/** What the statement promises of the values that a kernel meets: every run judges both ends, whatever its seed. */
export interface DeclaredRange<K extends string, P extends string> {
  /** A tensor's name in backticks, or that of a quantity, with what is apart: "`x`, except masked entries". */
  readonly of: string;
  readonly least: number;
  readonly most: number;
  /** The values that a problem holds; none where the range says nothing of it. */
  values(problem: Problem<K, P>): ArrayLike<number>;
}

/** What must hold of a problem for the task to be defined on it. Cases keep to it; `kernelmark oracle` refuses others. */
export interface Constraint<K extends string, P extends string> {
  /** A whole sentence: "`model` is a multiple of `heads`." */
  readonly sentence: string;
  /** Of `dimensions` alone, shape and params, where it can be asked before there are inputs. */
  readonly of: "dimensions" | "inputs";
  /** The problem's names are the spec's, and the sizes of its inputs the shape's. */
  holds(problem: Problem<K, P>): boolean;
}

/** The interface of a task as data. */
export interface TaskSpec<K extends string, P extends string> {
  /** As in the file name of a submission: `softmax`. */
  readonly name: string;
  readonly family: string;
  /** For a table or a heading: `Row softmax`. */
  readonly title: string;
  /** What to compute, in Markdown: formula, layout, what is special. */
  readonly statement: string;
  /** What usually helps, from correctness to speed, in the order in which one would try. */
  readonly hints: readonly string[];
  /** What each name of the shape means. */
  readonly shape: Readonly<Record<K, string>>;
  /** What each param means. */
  readonly params: Readonly<Record<P, string>>;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly ranges: readonly DeclaredRange<K, P>[];
  readonly constraints: readonly Constraint<K, P>[];
  readonly checks: readonly CheckShape<K, P>[];
  /** Draws a shape beyond the published ones, small enough to be checked in some ten milliseconds. */
  drawShape(random: Random): { readonly shape: Shape<K>; readonly params: Params<P> };
  readonly measures: readonly MeasureShape<K, P>[];
  /** The most scratch that a plan may ask for, in bytes, all its buffers together. */
  scratchLimitBytes(shape: Shape<K>): number;
  /** Floating-point (or integer) operations that the function needs, a multiply-add counted as two. */
  flops(shape: Shape<K>, params: Params<P>): number;
}

/** A way to draw a task's inputs. */
export interface DataKind<K extends string, P extends string> {
  /** `plain` is the one on which accuracy is measured; the others are there to break wrong kernels. */
  readonly name: string;
  readonly about: string;
  draw(random: Random, shape: Shape<K>, params: Params<P>): Tensors;
}

/** A wrong function that people really write, with the hint to give when a submission's output is just that. */
export interface Mistake<K extends string, P extends string> {
  /** As an identifier: `no-max-subtraction`. */
  readonly name: string;
  /** What was done wrong, as the end of "It looks as if …": `the row maximum is not subtracted before exp`. */
  readonly about: string;
  readonly hint: string;
  /** The outputs that a kernel with this mistake gives, in float64 (overflow to infinity as f32 would). */
  outputs(problem: Problem<K, P>): Readonly<Record<string, Float64Array>>;
}

/** A mistake that is made in the plain kernel: the mistaken outputs are those of the kernel with its source edited. */
export interface EditedMistake {
  readonly name: string;
  readonly about: string;
  readonly hint: string;
  /** Each replaces a text that the plain kernel has exactly once. */
  readonly edits: readonly Edit[];
}

/** What a candidate begins from. */
export interface Starter<K extends string = string, P extends string = string> {
  /** The source of `starter.ts` and of `starter.wgsl`, which it imports. */
  readonly module: string;
  readonly kernel: string;
  readonly plan: PlanFunction<K, P>;
}

/** A function on tensors to implement, with everything that judging it needs. */
export interface Task<K extends string = string, P extends string = string> {
  readonly spec: TaskSpec<K, P>;
  readonly data: readonly DataKind<K, P>[];
  readonly oracle: Oracle<K, P>;
  readonly mistakes: readonly (Mistake<K, P> | EditedMistake)[];
  /** Easy to read; the yardstick of time and of accuracy. */
  readonly plain: PlanFunction<K, P>;
  /** What good looks like. */
  readonly tuned: PlanFunction<K, P>;
  /** Where it is made from the plain kernel; else it lies in the task's folder. */
  readonly starter?: Starter<K, P>;
  /** The plain kernel with a mistake in it, for every `EditedMistake`. */
  readonly mistaken?: Readonly<Record<string, PlanFunction<K, P>>>;
}

/** Gives a task its types: what `kernels/<family>/<task>/task.ts` exports. */
export function defineTask<K extends string, P extends string>(task: Task<K, P>): Task<K, P> {
  return task;
}
