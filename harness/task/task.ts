import type { Oracle, Params, Problem, Shape, Tensors } from "../../reference/oracle.ts";
import type { Random } from "../../reference/random.ts";
import type { KernelChange } from "./kernel-change.ts";
import type { OnePass, PlanFunction } from "./plan.ts";

/**
 * The layout of a tensor's elements in its buffer. `i8` and `u4` are packed little-endian into 32-bit words along the
 * last axis, each row padded with zeros to a whole number of words.
 */
export type ElementType = "f32" | "u32" | "i8" | "u4";

/** A tensor of a task's interface. Outputs are `f32` or `u32`. */
export interface TensorSpec {
  readonly name: string;
  readonly type: ElementType;
  /** The size of each axis, as an expression in the shape's names: `"rows"`, `"k/group"`, `"ceil(n*k/64/256)"`. */
  readonly dims: readonly string[];
  /** Its content, in a few words. */
  readonly about: string;
}

/** A shape on which every submission is checked. */
export interface CheckShape<K extends string, P extends string> {
  readonly shape: Shape<K>;
  readonly params: Params<P>;
  /**
   * The shape's purpose, in words for candidates: `"tiny"`, `"odd sizes"`, `"around a tile"`,
   * `"long rows"`, `"many rows"`. Correctness points are given for whole groups.
   */
  readonly group: string;
  /** Names of the data kinds to generate for it; `plain` should be among them. */
  readonly data: readonly string[];
}

/** A shape on which time is measured, always on `plain` data. */
export interface MeasureShape<K extends string, P extends string> {
  readonly name: "small" | "medium" | "large";
  readonly shape: Shape<K>;
  readonly params: Params<P>;
}

/** A range that the statement promises for values: every run checks both ends, whatever its seed. */
export interface DeclaredRange<K extends string, P extends string> {
  /** A tensor's name in backticks, or a quantity's, with exceptions: "`x`, except for masked entries". */
  readonly of: string;
  readonly least: number;
  readonly most: number;
  /** The problem's values in the range; none if the range does not apply. */
  values(problem: Problem<K, P>): ArrayLike<number>;
}

/** A condition under which the task is defined on a problem. Cases meet it; `kernelmark oracle` refuses others. */
export interface Constraint<K extends string, P extends string> {
  /** A whole sentence: "`model` is a multiple of `heads`." */
  readonly sentence: string;
  /** `dimensions` (shape and params) if it can be checked without inputs. */
  readonly of: "dimensions" | "inputs";
  /** The problem's names are the spec's, and the sizes of its inputs the shape's. */
  holds(problem: Problem<K, P>): boolean;
}

/** Groups of tasks to work through in order of level. */
export const TRACKS = [
  "first steps",
  "attention and inference",
  "quantisation",
  "losses",
  "training",
  "statistics",
  "mixtures",
] as const;

export type TrackName = (typeof TRACKS)[number];

/** The number of questions in the interview that tasks answer; docs/interview.md maps them. */
export const INTERVIEW_QUESTIONS = 50;

/** A task's place in the learning path. */
export interface LearningStep {
  readonly track: TrackName;
  /** From 1, a first kernel, to 5, a day's work. */
  readonly level: 1 | 2 | 3 | 4 | 5;
  /** What a candidate learns, as the end of "Teaches …": `reductions across a workgroup`. */
  readonly teaches: string;
  /** Numbers of the interview questions that it answers. */
  readonly questions: readonly number[];
}

/** The interface of a task as data. */
export interface TaskSpec<K extends string, P extends string> {
  /** As in the file name of a submission: `softmax`. */
  readonly name: string;
  readonly family: string;
  /** For a table or a heading: `Row softmax`. */
  readonly title: string;
  readonly step?: LearningStep | undefined;
  /** The function to compute, in Markdown: formula, layout, special cases. */
  readonly statement: string;
  /** Useful hints, from correctness to speed, in the order in which to try them. */
  readonly hints: readonly string[];
  /** The meaning of each name of the shape. */
  readonly shape: Readonly<Record<K, string>>;
  /** The meaning of each param. */
  readonly params: Readonly<Record<P, string>>;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly ranges: readonly DeclaredRange<K, P>[];
  readonly constraints: readonly Constraint<K, P>[];
  readonly checks: readonly CheckShape<K, P>[];
  /** Generates a random shape, small enough to be checked in some ten milliseconds. */
  drawShape(random: Random): { readonly shape: Shape<K>; readonly params: Params<P> };
  readonly measures: readonly MeasureShape<K, P>[];
  /** The scratch limit of a plan, in bytes, for all its buffers together. */
  scratchLimitBytes(shape: Shape<K>): number;
  /** Floating-point (or integer) operations of the function, a multiply-add counted as two. */
  flops(shape: Shape<K>, params: Params<P>): number;
}

/** A way to generate a task's inputs. */
export interface DataKind<K extends string, P extends string> {
  /** `plain` is the one on which accuracy is measured; the others expose wrong kernels. */
  readonly name: string;
  readonly about: string;
  draw(random: Random, shape: Shape<K>, params: Params<P>): Tensors;
}

/**
 * A common mistake, as a change of the plain kernel, with the hint to give if a submission's output is that of the changed
 * kernel.
 */
export interface Mistake extends KernelChange {
  /** As an identifier: `no-max-subtraction`. */
  readonly name: string;
  /** The mistake, as the end of "Likely cause: …": `the row maximum is not subtracted before exp`. */
  readonly about: string;
  readonly hint: string;
  /** Only rounding makes it wrong, so its output depends on the order of operations. */
  readonly isUnstable?: true;
}

/** A candidate's starting point. */
export interface Starter<K extends string = string, P extends string = string> {
  /** The source of `starter.ts` and of `starter.wgsl`, which it imports. */
  readonly module: string;
  readonly kernel: string;
  readonly plan: PlanFunction<K, P>;
}

/** A function on tensors to implement, with everything needed to judge it. */
export interface Task<K extends string = string, P extends string = string> {
  readonly spec: TaskSpec<K, P>;
  readonly data: readonly DataKind<K, P>[];
  readonly oracle: Oracle<K, P>;
  readonly mistakes: readonly Mistake[];
  /** Easy to read; the baseline for time and accuracy. */
  readonly plain: PlanFunction<K, P>;
  /** A well-optimised example. */
  readonly tuned: PlanFunction<K, P>;
  readonly starter: Starter<K, P>;
  /** The built-in kernels whose plans take one pass; the tuned one is that of GPUs. */
  readonly onePass: { readonly plain?: OnePass<K>; readonly tuned?: OnePass<K> };
  /** The plan of the plain kernel with each mistake. */
  readonly mistaken: Readonly<Record<string, PlanFunction<K, P>>>;
}
