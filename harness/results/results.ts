import type { resultsSchema } from "./results-schema.ts";
import type { Written } from "./written.ts";

/** One grading of many submissions under one assignment, seed and adapter: `results.json`. */
export type Results = Written<typeof resultsSchema>;
