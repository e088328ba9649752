import type { Params, Shape } from "../../reference/oracle.ts";
import type { guaranteedLimits } from "./limits.ts";
import type { planSchema } from "./plan-schema.ts";
import type { Written } from "./written.ts";

/** A plan function's argument. */
export interface PlanContext<K extends string = string, P extends string = string> {
  readonly task: string;
  readonly shape: Shape<K>;
  readonly params: Params<P>;
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

/** The limits that WebGPU guarantees; an assignment may lower them. */
export type DeviceLimits = Readonly<Record<keyof typeof guaranteedLimits, number>>;

/** A submission's work for one shape: data, no code. */
export type Plan = Written<typeof planSchema>;

/** One dispatch. */
export type Pass = Plan["passes"][number];

export type PlanFunction<K extends string = string, P extends string = string> = (context: PlanContext<K, P>) => Plan;

/** A kernel that does all of a task in one pass. */
export interface OnePass<K extends string> {
  readonly code: string;
  /** The names of the shape whose sizes, multiplied, say how many invocations or workgroups there are. */
  readonly invocationFor?: readonly K[];
  readonly workgroupFor?: readonly K[];
  /** The tensors in the order of their bindings; all of the task's by default. */
  readonly bindings?: readonly string[];
}
