import type { DrawnCase } from "./problem-faults.ts";
import type { DeclaredRange, Task } from "./task.ts";

/** An end of a range is covered if a value comes this close to it, relative to its magnitude. */
const CLOSE = 0.01;
/** How far rounding to f32, or adding up, may move a value outside. */
export const ROUNDING = 1e-6;

/** Declared ranges that a run's cases exceed, or whose ends they do not reach. */
export function rangeFaults(task: Task, drawn: readonly DrawnCase[]): string[] {
  const found = task.spec.ranges.map(() => ({ least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY }));
  for (const { problem } of drawn) {
    for (const [index, range] of task.spec.ranges.entries()) {
      const extremes = found[index]!;
      const values = range.values(problem);
      for (let at = 0; at < values.length; at++) {
        extremes.least = Math.min(extremes.least, values[at]!);
        extremes.most = Math.max(extremes.most, values[at]!);
      }
    }
  }
  return task.spec.ranges.flatMap((range, index) => endFaults(range, found[index]!));
}

function endFaults(
  { of, least, most }: Pick<DeclaredRange<string, string>, "of" | "least" | "most">,
  found: { readonly least: number; readonly most: number },
): string[] {
  const span = most - least;
  const size = (end: number) => Math.abs(end) || span;
  const faults: string[] = [];
  const place = `the range of ${of}, ${least} to ${most}`;
  if (found.least < least - ROUNDING * size(least) || found.most > most + ROUNDING * size(most)) {
    faults.push(`${place}: cases hold ${found.least} to ${found.most}`);
  }
  if (!(found.least <= least + CLOSE * size(least))) faults.push(`${place}: no case comes near ${least}`);
  if (!(found.most >= most - CLOSE * size(most))) faults.push(`${place}: no case comes near ${most}`);
  return faults;
}
