import type { measurementSchema } from "./measurement-schema.ts";
import type { Written } from "./written.ts";

/** By what a time is taken. */
export const CLOCKS = ["timestamps", "wall-clock"] as const;
export type ClockName = (typeof CLOCKS)[number];

/** Why sampling ended: the interval is narrow enough, the time is used up, or there are as many samples as are kept. */
export const STOPS = ["precision", "budget", "most-samples"] as const;
export type StoppedBy = (typeof STOPS)[number];

/** How fast a submission is, or why that is not known. */
export type Measurement = Written<typeof measurementSchema>;

/** A submission measured on one or more shapes. */
export type Measured = Extract<Measurement, { readonly state: "measured" }>;

/** A kernel measured against another on one shape. */
export type ShapeMeasurement = Measured["shapes"][number];

/** An estimate with its 95 % interval. */
export type Interval = ShapeMeasurement["speedup"];

/** What an adapter can do at best, as far as was measured. */
export type Roofline = Measured["roofline"];

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
