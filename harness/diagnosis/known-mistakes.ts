import { type Estimates, evaluate } from "../../reference/oracle.ts";
import type { Run } from "../judge/judge-case.ts";
import type { CaseReference } from "../judge/reference.ts";
import { explainsOutput } from "../judge/resemblance.ts";
import { outputSizes } from "../task/case.ts";
import type { EditedMistake, Mistake, Task } from "../task/task.ts";

type AnyMistake = Mistake<string, string> | EditedMistake;

/** What a submission wrote on a case. */
export interface Trace {
  readonly reference: CaseReference;
  readonly first: Run;
  /** A further run, of some that were wrong. */
  readonly again?: Run | undefined;
  readonly verdict: "accepted" | "imprecise" | "wrong-answer";
}

/** Mistakes are tried on small cases only: that is enough to tell them apart, and quick. */
const LARGEST_ELEMENTS = 20_000;
const LARGEST_FLOPS = 3e6;
const MOST_RIGHT_CASES = 4;
/** So many of the wrong cases need no explanation: steep data can magnify the errors of f32 in what a mistake gives. */
const UNEXPLAINED_SHARE = 0.2;

/** A few larger cases are kept too where they are wrong, unless they are huge: they show where something ends. */
const MOST_LARGE_KEPT = 2;
const MOST_ELEMENTS_KEPT = 1e6;

/** Whether what a case gave is worth keeping for the diagnosis. */
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

/** Whether `likelyMistake` looks at a case. */
export function isDiagnosable(task: Task, { case: { shape, params } }: Pick<CaseReference, "case">): boolean {
  const elements = Object.values(outputSizes(task, shape)).reduce((sum, size) => sum + size, 0);
  return elements <= LARGEST_ELEMENTS && task.spec.flops(shape, params) <= LARGEST_FLOPS;
}

/**
 * The task's mistake that explains what a submission wrote on the case with this index, on most other wrong cases, and
 * on right ones too: a mistake that also shows elsewhere is not the submission's.
 */
export function likelyMistake(task: Task, traces: readonly Trace[], caseIndex: number): AnyMistake | undefined {
  const small = traces.filter(({ reference }) => isDiagnosable(task, reference));
  const wrong = small.filter(({ verdict }) => verdict === "wrong-answer");
  const leading = wrong.find(({ reference }) => reference.case.index === caseIndex);
  if (leading === undefined) return undefined;
  const right = small.filter(({ verdict }) => verdict !== "wrong-answer").slice(-MOST_RIGHT_CASES);
  const cost = ({ reference: { problem } }: Trace) => task.spec.flops(problem.shape, problem.params);
  // The cheapest first: most mistakes are ruled out by the first of them, and the others need no estimates.
  const examined = [...wrong, ...right].sort((a, b) => cost(a) - cost(b));
  let best: { readonly mistake: AnyMistake; readonly unexplained: number } | undefined;
  for (const mistake of task.mistakes) {
    const most = best === undefined ? UNEXPLAINED_SHARE * wrong.length : best.unexplained - 1;
    let unexplained = 0;
    const isLikely = examined.every((trace) => {
      if (explains(task, mistake, trace)) return true;
      unexplained++;
      return trace !== leading && trace.verdict === "wrong-answer" && unexplained <= most;
    });
    if (isLikely && unexplained <= most) best = { mistake, unexplained };
    if (best?.unexplained === 0) break;
  }
  return best?.mistake;
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

/** Whether a mistake gives what was seen on a case: the wrong elements, and the right ones. */
function explains(task: Task, mistake: AnyMistake, { reference, first }: Trace): boolean {
  const estimates = wholeEstimates(task, reference);
  const mistaken = "edits" in mistake ? reference.mistaken?.[mistake.name] : mistake.outputs(reference.problem);
  if (mistaken === undefined) return false;
  return task.spec.outputs.every(({ name }) => explainsOutput(first.outputs[name]!, mistaken[name]!, estimates[name]!));
}
