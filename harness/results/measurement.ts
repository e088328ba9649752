import type { Written } from "../task/written.ts";
import type { measurementSchema } from "./measurement-schema.ts";

/** A submission's speed, or the reason why it is not known. */
export type Measurement = Written<typeof measurementSchema>;

/** A submission measured on one or more shapes. */
export type Measured = Extract<Measurement, { readonly state: "measured" }>;

/** A kernel measured against another on one shape. */
export type ShapeMeasurement = Measured["shapes"][number];

export type ClockName = Measured["clock"];
export type StoppedBy = ShapeMeasurement["stoppedBy"];

/** An estimate with its 95 % interval. */
export type Interval = ShapeMeasurement["speedup"];

/** An adapter's measured peak rates. */
export type Roofline = Measured["roofline"];

/** The state of the GPU, or of the processors, while kernels were timed. */
export type Conditions = NonNullable<Measured["conditions"]>;
export type ThrottleReason = Conditions["throttledBy"][number]["reason"];

export function isInternalError(measurement: Measurement | null | undefined): boolean {
  return measurement?.state === "failed" && measurement.isInternalError === true;
}

/** Joins the measurements of shapes. */
export function summarize(
  { findings, ...head }: Pick<Measured, "against" | "clock" | "tickNs" | "budgetMs" | "roofline" | "findings">,
  shapes: readonly ShapeMeasurement[],
): Measured {
  const logs = shapes.reduce((sum, { speedup }) => sum + Math.log(speedup.estimate), 0);
  return {
    state: "measured",
    ...head,
    speedup: Math.exp(logs / shapes.length),
    isImplausible: shapes.some((shape) => shape.isImplausible),
    shapes,
    findings,
  };
}
