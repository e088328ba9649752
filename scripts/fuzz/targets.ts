import { downloads, mappings, zips } from "./downloads.ts";
import { assignments, goldenFiles, logs, resultFiles, tables } from "./files.ts";
import { growthTarget } from "./growth.ts";
import { plans } from "./plans.ts";
import { readers } from "./readers.ts";
import { shaders } from "./shaders.ts";
import { sources } from "./sources.ts";
import type { FuzzTarget } from "./target.ts";
import { trees } from "./trees.ts";

/** All readers of untrusted input. */
export function fuzzTargets(): FuzzTarget[] {
  const answers = [
    plans,
    sources,
    shaders(),
    trees,
    logs,
    resultFiles,
    assignments,
    tables,
    goldenFiles,
    downloads,
    zips,
    mappings,
  ];
  return [...answers, ...readers.map(growthTarget)];
}
