import type { Attempt } from "../results/attempt.ts";
import type { Results } from "../results/results.ts";
import { computeMarks, type Marks } from "./marks.ts";

/** The marks of a run. They are computed each time: a run's results contain findings, not points. */
export function marksOf({ caseGroups, adapter, builtInCode = [], ...results }: Results): Marks {
  const groups = new Map(Object.entries(caseGroups).map(([task, own]) => [task, new Map(Object.entries(own))]));
  const copies = new Set(
    builtInCode.filter(({ isVerbatim }) => isVerbatim).map(({ candidate, task }) => JSON.stringify([candidate, task])),
  );
  const isBuiltInCode = ({ candidate, task }: Attempt) => copies.has(JSON.stringify([candidate, task]));
  return computeMarks({ ...results, groups, adapterKind: adapter.kind, isBuiltInCode });
}
