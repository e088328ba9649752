import { assignments, goldenFiles, logs, resultFiles } from "./files.ts";
import { plans } from "./plans.ts";
import { shaders } from "./shaders.ts";
import { sources } from "./sources.ts";
import type { FuzzTarget } from "./target.ts";
import { trees } from "./trees.ts";

/** All that reads what others wrote. */
export function fuzzTargets(): FuzzTarget[] {
  return [plans, sources, shaders(), trees, logs, resultFiles, assignments, goldenFiles];
}
