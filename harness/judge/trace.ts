import { type Estimates, evaluate } from "../../reference/oracle.ts";
import { outputSizes } from "../task/case.ts";
import type { Task } from "../task/task.ts";
import { isDiagnosable } from "./diagnosable.ts";
import type { Run } from "./judge-case.ts";
import type { CaseReference } from "./reference.ts";

/** A submission's outputs on a case. */
export interface Trace {
  readonly reference: CaseReference;
  readonly first: Run;
  /** A second run, for some wrong cases. */
  readonly again?: Run | undefined;
  readonly verdict: "accepted" | "imprecise" | "wrong-answer";
}

/** A few larger wrong cases are kept too, unless they are huge: they show where results end. */
const MOST_LARGE_KEPT = 2;
const MOST_ELEMENTS_KEPT = 1e6;

/** Whether to keep the outputs of a case for the diagnosis. */
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

/** Estimates of every element, made once per case. */
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
