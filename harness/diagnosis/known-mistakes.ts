import { isDiagnosable } from "../judge/diagnosable.ts";
import { explainsOutput } from "../judge/resemblance.ts";
import { type Trace, wholeEstimates } from "../judge/trace.ts";
import type { EditedMistake, Mistake, Task } from "../task/task.ts";

type AnyMistake = Mistake<string, string> | EditedMistake;

const MOST_RIGHT_CASES = 4;
/** This share of the wrong cases may stay unexplained: steep data can magnify f32 errors in a mistake's output. */
const UNEXPLAINED_SHARE = 0.2;

/**
 * The task's mistake that explains the submission's output on the case with this index, on most other wrong cases, and
 * on correct ones too: a mistake that would also spoil correct cases is not the submission's.
 */
export function likelyMistake(task: Task, traces: readonly Trace[], caseIndex: number): AnyMistake | undefined {
  const small = traces.filter(({ reference }) => isDiagnosable(task, reference));
  const wrong = small.filter(({ verdict }) => verdict === "wrong-answer");
  const leading = wrong.find(({ reference }) => reference.case.index === caseIndex);
  if (leading === undefined) return undefined;
  const right = small.filter(({ verdict }) => verdict !== "wrong-answer").slice(-MOST_RIGHT_CASES);
  const cost = ({ reference: { problem } }: Trace) => task.spec.flops(problem.shape, problem.params);
  // The cheapest first: they rule out most mistakes, and the others then need no estimates.
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

/** Whether a mistake reproduces a case's output: the wrong elements, and the correct ones. */
function explains(task: Task, mistake: AnyMistake, { reference, first }: Trace): boolean {
  const estimates = wholeEstimates(task, reference);
  const mistaken = "outputs" in mistake ? mistake.outputs(reference.problem) : reference.mistaken?.[mistake.name];
  if (mistaken === undefined) return false;
  return task.spec.outputs.every(({ name }) => explainsOutput(first.outputs[name]!, mistaken[name]!, estimates[name]!));
}
