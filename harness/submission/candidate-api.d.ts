/// <reference path="./wgsl-files.d.ts" />
import type { Tasks } from "./task-types.d.ts";

/** The exports of `kernelmark` in a submission. */

/** The name of a task, as in the file name of a submission. */
export type TaskName = keyof Tasks;

/** Named whole numbers that fix the size of every tensor; without a task, any name is accepted. */
export type ShapeOf<T extends TaskName> = [T] extends [never] ? Readonly<Record<string, number>> : Tasks[T]["shape"];

/** Named scalars that the task's function depends on, apart from its tensors. */
export type ParamsOf<T extends TaskName> = [T] extends [never] ? Readonly<Record<string, number>> : Tasks[T]["params"];

/** The names of a task's inputs and outputs. */
export type TensorOf<T extends TaskName> = [T] extends [never]
  ? string
  : (keyof Tasks[T]["inputs"] | keyof Tasks[T]["outputs"]) & string;

/** A plan function's argument: `PlanContext<"softmax">` has the names of that task's shape and params. */
export interface PlanContext<T extends TaskName = never> {
  readonly task: string;
  readonly shape: ShapeOf<T>;
  readonly params: ParamsOf<T>;
  readonly device: DeviceContext;
}

/** The device that the kernels will run on. */
export interface DeviceContext {
  /** WebGPU features that a plan may list in `requires`. */
  readonly features: readonly string[];
  readonly limits: DeviceLimits;
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
  readonly kind: "hardware" | "software";
}

/** The limits that WebGPU guarantees on every adapter, as far as they concern a compute kernel. */
export interface DeviceLimits {
  readonly maxBufferSize: number;
  readonly maxStorageBufferBindingSize: number;
  readonly maxStorageBuffersPerShaderStage: number;
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupSizeX: number;
  readonly maxComputeWorkgroupSizeY: number;
  readonly maxComputeWorkgroupSizeZ: number;
  readonly maxComputeWorkgroupsPerDimension: number;
}

/**
 * The passes and buffers of a submission for one shape: data, no code.
 *
 * `Plan<"softmax">` has the names of that task's tensors. A plan with scratch buffers names them too:
 * `Plan<"softmax", "maxima" | "sums">`.
 */
export interface Plan<T extends TaskName = never, Scratch extends string = ScratchByDefault<T>> {
  /** Run in order; 1 to 4,096. */
  readonly passes: readonly Pass<T, Scratch>[];
  /** The plan's own buffers, with sizes in bytes, zero-filled before every run. */
  readonly scratch?: ScratchBytes<Scratch> | undefined;
  /** WebGPU features that the plan needs. */
  readonly requires?: readonly string[] | undefined;
}

/** A plan without a task accepts any name; a plan for a task has no scratch buffers unless it names them. */
type ScratchByDefault<T extends TaskName> = [T] extends [never] ? string : never;

type ScratchBytes<Scratch extends string> = [Scratch] extends [never] ? NoScratch : Readonly<Record<Scratch, number>>;

/** To use scratch buffers, name them in the plan's type: `Plan<"softmax", "maxima" | "sums">`. */
export type NoScratch = { readonly [name: number]: never };

/** One dispatch. Its names are checked like a plan's: `Pass<"softmax", "maxima" | "sums">`. */
export interface Pass<T extends TaskName = never, Scratch extends string = ScratchByDefault<T>> {
  /** WGSL source. */
  readonly code: string;
  /** Needed only if the module has more than one `@compute` function. */
  readonly entryPoint?: string | undefined;
  /** Values of `override` declarations. */
  readonly constants?: Readonly<Record<string, number | boolean>> | undefined;
  /** Tensors and scratch buffers, in the order of `@group(0) @binding(i)`; at most 8. */
  readonly bindings: readonly (TensorOf<T> | Scratch)[];
  readonly workgroups: Workgroups<Scratch>;
}

/** Workgroup counts, or the scratch buffer (and the byte offset) that holds three u32 counts. */
export type Workgroups<Scratch extends string = string> =
  | readonly number[]
  | { readonly indirect: Scratch; readonly offset?: number | undefined };

/** `a / b`, rounded up: how many workgroups of `b` cover `a`. */
export declare function ceilDiv(a: number, b: number): number;
