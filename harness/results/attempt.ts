import type { Written } from "../task/written.ts";
import type { attemptSchema } from "./attempt-schema.ts";

/** One submission for one task, judged: a line of the run's log. */
export type Attempt = Written<typeof attemptSchema>;

/** A file as a candidate submitted it. */
export type SubmittedFile = Attempt["files"][number];

/** An attempt's time by step. */
export type AttemptTimings = Attempt["timings"];

/** Timings if nothing ran or nothing is known. */
export const noTimings: AttemptTimings = {
  bundleMs: 0,
  planMs: 0,
  compileMs: 0,
  runMs: 0,
  kernelMs: 0,
  referenceMs: 0,
  diagnoseMs: 0,
};
