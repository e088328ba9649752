import type { Attempt } from "../results/attempt.ts";
import type { Results } from "../results/results.ts";
import { computeMarks, type Marks } from "./marks.ts";

/** The marks of a run. They are computed each time: a run's results contain findings, not points. */
export function marksOf({ assignment, attempts, caseGroups, adapter, notTaken, builtInCode = [] }: Results): Marks {
  const groups = new Map(Object.entries(caseGroups).map(([task, own]) => [task, new Map(Object.entries(own))]));
  const speedup = ({ task, measurement }: Attempt) => {
    const against = assignment.tasks[task]?.speed?.against;
    return measurement?.state === "measured" && measurement.against === against ? measurement.speedup : undefined;
  };
  const copies = new Set(
    builtInCode.filter(({ isVerbatim }) => isVerbatim).map(({ candidate, task }) => JSON.stringify([candidate, task])),
  );
  const isBuiltInCode = ({ candidate, task }: Attempt) => copies.has(JSON.stringify([candidate, task]));
  return computeMarks({ assignment, attempts, groups, adapterKind: adapter.kind, notTaken, speedup, isBuiltInCode });
}
