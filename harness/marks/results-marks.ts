import type { Results } from "../results/results.ts";
import { computeMarks, type Marks } from "./marks.ts";

/** The marks of a run. They are computed each time: a run's results contain findings, not points. */
export function marksOf({ caseGroups, adapter, ...results }: Results): Marks {
  const groups = new Map(Object.entries(caseGroups).map(([task, own]) => [task, new Map(Object.entries(own))]));
  return computeMarks({ ...results, groups, adapterKind: adapter.kind });
}
