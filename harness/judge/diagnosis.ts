import { type Estimates, evaluate } from "../../reference/oracle.ts";
import type { Mistake, Task } from "../task/task.ts";
import { outputSizes } from "./case.ts";
import type { Run } from "./judge-case.ts";
import type { CaseReference } from "./reference.ts";

/** What a submission wrote on a case. */
export interface Trace {
  readonly reference: CaseReference;
  readonly first: Run;
  /** A further run, of some that were wrong. */
  readonly again?: Run | undefined;
  readonly isRight: boolean;
}

/** Mistakes are tried on small cases only: that is enough to tell them apart, and quick. */
const LARGEST_ELEMENTS = 20_000;
const LARGEST_FLOPS = 3e6;
const MOST_WRONG_CASES = 12;
const MOST_RIGHT_CASES = 4;

/** An output is a mistake's if all but this share of its elements are: what over- or underflows may differ. */
const SHARE_APART = 0.02;
/** How close an element must be, relative to the mistake's value or to the bound: f32 arithmetic went another way. */
const RELATIVE_TOLERANCE = 2e-4;
const BOUND_TOLERANCE = 4;

/** A few larger cases are kept too where they are wrong, unless they are huge: they show where something ends. */
const MOST_LARGE_KEPT = 2;
const MOST_ELEMENTS_KEPT = 1e6;

/** Whether what a case gave is worth keeping for the diagnosis. */
export function isKept(task: Task, reference: CaseReference, isRight: boolean, traces: readonly Trace[]): boolean {
  if (isDiagnosable(task, reference)) return true;
  if (isRight || traces.filter((trace) => !isDiagnosable(task, trace.reference)).length >= MOST_LARGE_KEPT)
    return false;
  return Object.values(outputSizes(task, reference.case.shape)).every((size) => size <= MOST_ELEMENTS_KEPT);
}

/** Whether `likelyMistake` looks at a case. */
export function isDiagnosable(task: Task, { case: { shape, params } }: Pick<CaseReference, "case">): boolean {
  const elements = Object.values(outputSizes(task, shape)).reduce((sum, size) => sum + size, 0);
  return elements <= LARGEST_ELEMENTS && task.spec.flops(shape, params) <= LARGEST_FLOPS;
}

/**
 * The first of the task's mistakes that reproduces what a submission wrote, on its wrong cases and on its right ones
 * too: a mistake that also shows elsewhere is not the submission's.
 */
export function likelyMistake(task: Task, traces: readonly Trace[]): Mistake<string, string> | undefined {
  const small = traces.filter(({ reference }) => isDiagnosable(task, reference));
  const wrong = distinctShapesFirst(small.filter(({ isRight }) => !isRight)).slice(0, MOST_WRONG_CASES);
  if (wrong.length === 0) return undefined;
  const cost = ({ reference: { problem } }: Trace) => task.spec.flops(problem.shape, problem.params);
  // The cheapest first: most mistakes are ruled out by the first of them, and the others need no estimates.
  const examined = [...wrong, ...small.filter(({ isRight }) => isRight).slice(-MOST_RIGHT_CASES)].sort(
    (a, b) => cost(a) - cost(b),
  );
  return task.mistakes.find((mistake) => examined.every((trace) => reproduces(task, mistake, trace)));
}

/** Shapes tell more mistakes apart than kinds of data do: which tile is left out shows in sizes alone. */
function distinctShapesFirst(traces: readonly Trace[]): Trace[] {
  const seen = new Set<string>();
  const [first, again]: [Trace[], Trace[]] = [[], []];
  for (const trace of traces) {
    const shape = JSON.stringify(trace.reference.problem.shape);
    (seen.has(shape) ? again : first).push(trace);
    seen.add(shape);
  }
  return [...first, ...again];
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

/** What becomes of an infinity is left open by WGSL: SwiftShader's log(0) is -88. There, any wrong value will do. */
function reproduces(task: Task, mistake: Mistake<string, string>, { reference, first }: Trace): boolean {
  const estimates = wholeEstimates(task, reference);
  const mistaken = mistake.outputs(reference.problem);
  return task.spec.outputs.every(({ name }) => {
    const values = mistaken[name]!;
    const got = first.outputs[name]!;
    const { bound, expected } = estimates[name]!;
    let apart = 0;
    for (let e = 0; e < values.length; e++) {
      const isOpen = Math.abs(values[e]!) === Number.POSITIVE_INFINITY;
      const isWrong = !(Math.abs(got[e]! - expected[e]!) <= bound[e]!);
      if (!(isOpen && isWrong) && !isAlike(got[e]!, values[e]!, BOUND_TOLERANCE * bound[e]!)) apart++;
    }
    return apart <= SHARE_APART * values.length;
  });
}

function isAlike(got: number, mistaken: number, slack: number): boolean {
  if (!Number.isFinite(mistaken) || Math.abs(mistaken) > 3.4e38) return !Number.isFinite(got) || Math.abs(got) > 1e37;
  return Math.abs(got - mistaken) <= RELATIVE_TOLERANCE * Math.abs(mistaken) + slack;
}
