import { least, rollup } from "d3-array";
import type { Estimates } from "../../reference/oracle.ts";
import { isDiagnosable } from "../judge/diagnosable.ts";
import type { FindMistaken } from "../judge/mistaken.ts";
import { explainsOutput } from "../judge/resemblance.ts";
import { type Trace, wholeEstimates } from "../judge/trace.ts";
import type { Mistake, Task } from "../task/task.ts";

/** This share of the wrong cases may stay unexplained: steep data can magnify f32 errors in a mistake's output. */
const UNEXPLAINED_SHARE = 0.2;

/**
 * The task's mistake that explains the submission's output on the case with this index, on most other wrong cases, and
 * on correct ones too: a mistake that would also spoil correct cases is not the submission's.
 */
export async function likelyMistake(
  task: Task,
  traces: readonly Trace[],
  caseIndex: number,
  findMistaken: FindMistaken,
): Promise<Mistake | undefined> {
  const small = traces.filter(({ reference }) => isDiagnosable(task, reference));
  const wrong = small.filter(({ verdict }) => verdict === "wrong-answer");
  const leading = wrong.find(({ reference }) => reference.case.index === caseIndex);
  if (leading === undefined) return undefined;
  const right = lastOfEachKind(small.filter(({ verdict }) => verdict !== "wrong-answer"));
  const cost = ({ reference: { problem } }: Trace) => task.spec.flops(problem.shape, problem.params);
  const others = [...wrong, ...right].filter((trace) => trace !== leading).sort((a, b) => cost(a) - cost(b));
  let left = task.mistakes.map((mistake) => ({ mistake, unexplained: 0 }));
  // The leading case, then the cheapest: they rule out most mistakes, and the others then need no outputs.
  for (const trace of [leading, ...others]) {
    if (left.length === 0) return undefined;
    const estimates = wholeEstimates(task, trace.reference);
    const names = left.map(({ mistake }) => mistake.name);
    const mistaken = await findMistaken(trace.reference.case.index, names);
    const most = trace !== leading && trace.verdict === "wrong-answer" ? UNEXPLAINED_SHARE * wrong.length : 0;
    left = left.flatMap(({ mistake, unexplained }) => {
      const outputs = mistaken[mistake.name];
      if (outputs !== undefined && explains(task, outputs, trace, estimates)) return [{ mistake, unexplained }];
      return unexplained + 1 <= most ? [{ mistake, unexplained: unexplained + 1 }] : [];
    });
  }
  return least(left, ({ unexplained }) => unexplained)?.mistake;
}

/** Mistakes differ on other kinds of data, hardly ever on other shapes only. */
function lastOfEachKind(traces: readonly Trace[]): Trace[] {
  const ofKinds = rollup(
    traces,
    (ofKind) => ofKind.at(-1)!,
    ({ reference }) => reference.case.data,
  );
  return [...ofKinds.values()];
}

/** Whether a mistake's outputs reproduce a submission's: the wrong elements, and the correct ones. */
function explains(
  task: Task,
  mistaken: Readonly<Record<string, ArrayLike<number>>>,
  { first }: Trace,
  estimates: Estimates,
): boolean {
  return task.spec.outputs.every(({ name }) => explainsOutput(first.outputs[name]!, mistaken[name]!, estimates[name]!));
}
