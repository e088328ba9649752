import type { Written } from "../task/written.ts";
import type { resultsSchema } from "./results-schema.ts";

/** A path that is not graded, with the reason. */
export type RefusedPath = Results["refused"][number];

/** One grading of many submissions under one assignment, seed and adapter: `results.json`. */
export type Results = Written<typeof resultsSchema>;

/** A run without its attempts. */
export type RunDescription = Omit<Results, "attempts">;
/** A submission that is code which comes with Kernelmark. */
export type BuiltInCopy = NonNullable<Results["builtInCode"]>[number];

/** An adapter, as a run records it. */
export type AdapterDescription = Results["adapter"];

/** An earlier run of the same submissions, whose attempts may count. */
export type EarlierRun = NonNullable<Results["earlier"]>[number];
