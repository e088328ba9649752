import type { resultsSchema } from "./results-schema.ts";
import type { Written } from "./written.ts";

/** A path that is not graded, and why. */
export type RefusedPath = Results["refused"][number];

/** One grading of many submissions under one assignment, seed and adapter: `results.json`. */
export type Results = Written<typeof resultsSchema>;
