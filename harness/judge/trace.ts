import { type Estimates, evaluate } from "../../reference/oracle.ts";
import { outputSizes } from "../task/case.ts";
import type { Task } from "../task/task.ts";
import { isDiagnosable } from "./diagnosable.ts";
import type { Run } from "./judge-case.ts";
import type { CaseReference } from "./reference.ts";

/** What a submission wrote on a case. */
export interface Trace {
  readonly reference: CaseReference;
  readonly first: Run;
  /** A further run, of some that were wrong. */
  readonly again?: Run | undefined;
  readonly verdict: "accepted" | "imprecise" | "wrong-answer";
}

/** A few larger cases are kept too where they are wrong, unless they are huge: they show where something ends. */
const MOST_LARGE_KEPT = 2;
const MOST_ELEMENTS_KEPT = 1e6;

/** Whether the outputs of a case are kept for the diagnosis. */
export function isKept(
  task: Task,
  { reference, verdict }: Pick<Trace, "reference" | "verdict">,
  traces: readonly Trace[],
): boolean {
  if (isDiagnosable(task, reference)) return true;
  if (
    verdict === "accepted" ||
    traces.filter((trace) => !isDiagnosable(task, trace.reference)).length >= MOST_LARGE_KEPT
  )
    return false;
  return Object.values(outputSizes(task, reference.case.shape)).every((size) => size <= MOST_ELEMENTS_KEPT);
}

const wholeOnes = new WeakMap<CaseReference, Estimates>();

/** Estimates of every element, made once for a case. */
export function wholeEstimates(task: Task, reference: CaseReference): Estimates {
  const { plain, estimates, problem } = reference;
  if (plain === undefined) return estimates;
  let whole = wholeOnes.get(reference);
  if (whole === undefined) {
    whole = evaluate(task.oracle, problem, outputSizes(task, problem.shape));
    wholeOnes.set(reference, whole);
  }
  return whole;
}
