import { noTimings } from "../results/attempt.ts";
import type { CaseResult } from "../results/case-result.ts";
import type { Case } from "../task/case.ts";
import type { WorkerOutcome } from "./judge-in-worker.ts";

/** Ways to judge the remaining cases in a fresh worker. */
interface Continuation {
  /** Alone, and with longer limits. */
  again(left: readonly Case[]): Promise<WorkerOutcome>;
  goOn(left: readonly Case[]): Promise<WorkerOutcome>;
}

/** A kernel that hangs on this many cases hangs on most, and each costs its time limit. */
const MOST_HUNG_CASES = 2;

/**
 * Judges the cases that a late stage prevented.
 *
 * 1. If the machine was busy, judge the late case and the remaining ones again, once.
 * 2. If a kernel ran too long on one case, judge the remaining ones until it hangs on a second.
 *
 * Shaders that compile too slowly for one shape do so for the next: the remaining cases are then omitted.
 */
export async function afterTimeLimits(
  first: WorkerOutcome,
  cases: readonly Case[],
  { again, goOn }: Continuation,
): Promise<WorkerOutcome> {
  let outcome = first;
  let wasRepeated = false;
  let hungCases = 0;
  while (outcome.kind === "ended" && outcome.late !== undefined) {
    const { stage, wasDisturbed } = outcome.late;
    const judged = outcome.cases;
    if (wasDisturbed && !wasRepeated) {
      wasRepeated = true;
      const before = judged.slice(0, -1);
      outcome = joined(before, await again(without(cases, before)));
    } else {
      const left = without(cases, judged);
      const isHopeless = stage === "plan" || stage === "compile" || ++hungCases === MOST_HUNG_CASES;
      const next = isHopeless || left.length === 0 ? undefined : await goOn(left);
      // An internal error does not undo earlier results.
      if (next === undefined || next.kind === "fault") return outcome;
      outcome = joined(judged, next);
    }
  }
  return outcome;
}

/** Includes cases before the late one: if planning is late, no case has run yet. */
function without(cases: readonly Case[], judged: readonly CaseResult[]): Case[] {
  return cases.filter(({ index }) => !judged.some((result) => result.index === index));
}

function joined(judged: readonly CaseResult[], next: WorkerOutcome): WorkerOutcome {
  if (next.kind === "fault") return next;
  const cases = [...judged, ...next.cases];
  // A killed worker reported no timings, and partial ones would mislead.
  return next.kind === "done" ? { ...next, cases, done: { ...next.done, timings: noTimings } } : { ...next, cases };
}
