/// <reference path="./wgsl-files.d.ts" />

/**
 * What `import … from "kernelmark"` gives to a submission.
 *
 * The names of each task's shape and params, added by declaration merging:
 * `declare module "kernelmark" { interface Tasks { softmax: { shape: "rows" | "cols"; params: never } } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: each task adds its entry
export interface Tasks {}

/** Named whole numbers that fix the size of every tensor; with no such task known, any name is taken. */
export type ShapeOf<T extends string> = Readonly<Record<NamesOf<T, "shape">, number>>;

/** Named scalars that the task's function depends on beside its tensors. */
export type ParamsOf<T extends string> = Readonly<Record<NamesOf<T, "params">, number>>;

type NamesOf<T extends string, Part extends string> = T extends keyof Tasks
  ? Tasks[T] extends Readonly<Record<Part, infer Names extends string>>
    ? Names
    : string
  : string;

/** What a plan function is told. */
export interface PlanContext<T extends string = string> {
  readonly task: string;
  readonly shape: ShapeOf<T>;
  readonly params: ParamsOf<T>;
  readonly device: DeviceContext;
}

/** What a plan function is told about the device that its kernels will run on. */
export interface DeviceContext {
  /** WebGPU features that a plan may list in `requires`. */
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
  readonly kind: "hardware" | "software";
}

/** What a submission wants run for one shape: data, no code. */
export interface Plan {
  /** Run in order; 1 to 4,096. */
  readonly passes: readonly Pass[];
  /** Buffers of the plan's own, in bytes, zero-filled before every run. */
  readonly scratch?: Readonly<Record<string, number>> | undefined;
  /** WebGPU features that the plan needs. */
  readonly requires?: readonly string[] | undefined;
}

/** One dispatch. */
export interface Pass {
  /** WGSL source. */
  readonly code: string;
  /** Needed only where the module has more than one `@compute` function. */
  readonly entryPoint?: string | undefined;
  /** Values of `override` declarations. */
  readonly constants?: Readonly<Record<string, number | boolean>> | undefined;
  /** Tensors and scratch buffers, in the order of `@group(0) @binding(i)`; at most 8. */
  readonly bindings: readonly string[];
  readonly workgroups: Workgroups;
}

/** Counts of workgroups, or the scratch buffer (and the byte in it) that holds three u32 counts. */
export type Workgroups = readonly number[] | { readonly indirect: string; readonly offset?: number | undefined };

/** `a / b`, rounded up: how many workgroups of `b` cover `a`. */
export declare function ceilDiv(a: number, b: number): number;
