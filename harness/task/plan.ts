import type { Params, Shape } from "../../reference/oracle.ts";
import type { guaranteedLimits } from "./limits.ts";

/** What a plan function is told. */
export interface PlanContext<K extends string = string, P extends string = string> {
  readonly task: string;
  readonly shape: Shape<K>;
  readonly params: Params<P>;
  readonly device: DeviceContext;
}

/** What a plan function is told about the device that its kernels will run on. */
export interface DeviceContext {
  /** WebGPU features that a plan may list in `requires`. */
  readonly features: readonly string[];
  readonly limits: DeviceLimits;
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
  readonly kind: "hardware" | "software";
}

/** Those that WebGPU guarantees, of which an assignment may allow less. */
export type DeviceLimits = Readonly<Record<keyof typeof guaranteedLimits, number>>;

/** One dispatch. */
export interface Pass {
  /** WGSL source. */
  readonly code: string;
  /** Needed only where the module has more than one `@compute` function. */
  readonly entryPoint?: string | undefined;
  /** Values of `override` declarations. */
  readonly constants?: Readonly<Record<string, number>> | undefined;
  /** Tensors and scratch buffers, in the order of `@group(0) @binding(i)`. */
  readonly bindings: readonly string[];
  readonly workgroups: Workgroups;
}

/** Counts of workgroups, or the scratch buffer (and the byte in it) that holds three u32 counts. */
export type Workgroups = readonly number[] | { readonly indirect: string; readonly offset?: number | undefined };

/** What a submission wants run for one shape: data, no code. */
export interface Plan {
  readonly passes: readonly Pass[];
  /** Buffers of the plan's own, in bytes, zero-filled before every run. */
  readonly scratch?: Readonly<Record<string, number>> | undefined;
  /** WebGPU features that the plan needs. */
  readonly requires?: readonly string[] | undefined;
}

export type PlanFunction<K extends string = string, P extends string = string> = (context: PlanContext<K, P>) => Plan;
