import { listCases } from "../judge/case.ts";
import type { Attempt } from "../run/attempt.ts";
import type { Results } from "../run/results.ts";
import { loadTask } from "../task/load.ts";
import { type CaseGroups, groupCases } from "./case-groups.ts";
import { computeMarks, type Marks } from "./marks.ts";

/** The marks of a run. They are worked out anew each time: a run's results hold what was found, not what it is worth. */
export async function marksOf({ assignment, attempts, seed, adapter }: Results): Promise<Marks> {
  const groups = new Map<string, CaseGroups>();
  for (const task of Object.keys(assignment.tasks)) {
    groups.set(task, groupCases(listCases(await loadTask(task), seed)));
  }
  const speedup = ({ task, measurement }: Attempt) => {
    const against = assignment.tasks[task]?.speed?.against;
    return measurement?.state === "measured" && measurement.against === against ? measurement.speedup : undefined;
  };
  return computeMarks({ assignment, attempts, groups, adapterKind: adapter.kind, speedup });
}
