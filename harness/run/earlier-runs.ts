import type { Attempt } from "../results/attempt.ts";
import type { EarlierRun, Results } from "../results/results.ts";
import { printable } from "../text/printable.ts";

/** Verdicts that give no points which an earlier attempt could keep. */
const WITHOUT_POINTS: readonly Attempt["verdict"][] = ["missing", "unsupported", "harness-error"];

/**
 * The attempts of the run that a new one continues with `--again`, and of those that it continued in turn, if the best
 * attempt of all counts. Attempts on another adapter, or on other cases, cannot be compared: they are left out, with a
 * warning.
 */
export function earlierRuns(
  again: Results | undefined,
  { assignment, adapter, caseGroups }: Pick<Results, "assignment" | "adapter" | "caseGroups">,
): { readonly earlier: readonly EarlierRun[]; readonly remarks: readonly string[] } {
  if (again === undefined || assignment.attempts !== "best") return { earlier: [], remarks: [] };
  const name = printable(again.run);
  if (again.adapter.description !== adapter.description) {
    const remark = `The attempts of ${name} do not count: it ran on another adapter, ${printable(again.adapter.description)}.`;
    return { earlier: [], remarks: [remark] };
  }
  const counted = Object.keys(assignment.tasks).filter((task) => Object.hasOwn(again.caseGroups, task));
  const changed = counted.filter((task) => JSON.stringify(again.caseGroups[task]) !== JSON.stringify(caseGroups[task]));
  const runs = [...(again.earlier ?? []), { run: again.run, received: again.received ?? [], attempts: again.attempts }];
  const earlier = runs.map((run) => ({
    ...run,
    attempts: run.attempts.filter(
      ({ task, verdict }) => counted.includes(task) && !changed.includes(task) && !WITHOUT_POINTS.includes(verdict),
    ),
  }));
  const remarks = changed.map(
    (task) => `The attempts of ${name} at ${printable(task)} do not count: its cases have changed.`,
  );
  return { earlier, remarks };
}

/**
 * Leaves out the earlier attempts that a later one repeats: the same files, submitted at the same time.
 *
 * @param now the run that continues them
 */
export function withoutRepeated(
  earlier: readonly EarlierRun[],
  now: Pick<Results, "attempts" | "received">,
): readonly EarlierRun[] {
  const known = new Set<string>();
  const keep = ({ attempts, received = [] }: Pick<EarlierRun, "attempts" | "received">) =>
    attempts.filter(({ candidate, task, hash }) => {
      const times = received.filter((one) => one.candidate === candidate && (one.task ?? task) === task);
      const key = JSON.stringify([candidate, task, hash, times.map(({ at }) => at)]);
      if (known.has(key)) return false;
      known.add(key);
      return true;
    });
  keep(now);
  const kept = earlier.toReversed().map((run) => ({ ...run, attempts: keep(run) }));
  return kept.toReversed().filter(({ attempts }) => attempts.length > 0);
}
