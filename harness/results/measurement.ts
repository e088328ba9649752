import type { Params, Shape } from "../../reference/oracle.ts";
import type { Finding } from "./finding.ts";

/** By what a time is taken. */
export const CLOCKS = ["timestamps", "wall-clock"] as const;
export type ClockName = (typeof CLOCKS)[number];

/** Why sampling ended: the interval is narrow enough, the time is used up, or there are as many samples as are kept. */
export const STOPS = ["precision", "budget", "most-samples"] as const;
export type StoppedBy = (typeof STOPS)[number];

/** An estimate with its 95 % interval. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** The best rates that were measured on an adapter. */
export interface Roofline {
  /** Bytes read and written in a second by copying, for buffers of several sizes: caches are faster than memory. */
  readonly copies: readonly { readonly bytes: number; readonly bytesPerSecond: number }[];
  /** Operations in a second, a multiply-add counted as two, in f32. */
  readonly f32PerSecond: number;
  /** The same for 8-bit integers, four of which share a word (`dot4I8Packed`). */
  readonly int8PerSecond: number;
}

/** A kernel measured against another on one shape. */
export interface ShapeMeasurement {
  /** `small`, `medium`, `large`, or the sizes themselves. */
  readonly name: string;
  readonly shape: Shape;
  readonly params: Params;
  /** Medians of the time of one run. */
  readonly candidateNs: number;
  readonly yardstickNs: number;
  /** The yardstick's time divided by the candidate's, in pairs: 2 is twice as fast as the yardstick. */
  readonly speedup: Interval;
  /** The yardstick's time divided by its own: what differs by less is no difference. */
  readonly noiseFloor: Interval;
  /** What the function must read and write at least, and the operations that it needs. */
  readonly bytes: number;
  readonly flops: number;
  /** The least time that this adapter needs for that, by its measured roofline, divided by the candidate's time. */
  readonly rooflineShare: number;
  /** Faster than the adapter can be: to be looked at by a person. */
  readonly isImplausible: boolean;
  readonly stoppedBy: StoppedBy;
  /** A sample is the sum of so many runs. */
  readonly runsPerSample: number;
  /** Problems that took turns, and the memory that they take together. */
  readonly inputSets: number;
  readonly inputSetBytes: number;
  /** Of the wall time of sampling, the share in which the GPU ran the measured kernels. */
  readonly busyShare: number;
  /** Timed outputs of the candidate that were read back and found right. */
  readonly checkedOutputs: number;
  /** In the order in which they were taken: `[candidate, yardstick]`, each the time of a whole sample in ns. */
  readonly samples: readonly (readonly [number, number])[];
}

/** A submission measured on one or more shapes. */
export interface Measured {
  readonly state: "measured";
  /** What it was compared with: `plain`, `tuned`, or a file. */
  readonly against: string;
  readonly clock: ClockName;
  /** The smallest difference that the clock can tell, as far as was seen. */
  readonly tickNs: number;
  readonly budgetMs: number;
  /** What the times were compared with, to see how near they come to the machine's limits. */
  readonly roofline: Roofline;
  /** The geometric mean over the shapes. */
  readonly speedup: number;
  /** Some shape's time is. */
  readonly isImplausible: boolean;
  readonly shapes: readonly ShapeMeasurement[];
  /** What bounds it on each shape, and what its code lets one guess where it is far from that. */
  readonly findings: readonly Finding[];
}

/** Why there is no measurement, in a sentence. */
export interface NotMeasured {
  readonly state: "failed";
  readonly message: string;
  /** Kernelmark failed, not the submission: its speed is held for a person. Absent in results of older versions. */
  readonly isInternalError?: boolean | undefined;
}

export type Measurement = Measured | NotMeasured;

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
