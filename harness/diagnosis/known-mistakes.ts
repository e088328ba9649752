import { rollup } from "d3-array";
import { allows, type Estimates } from "../../reference/oracle.ts";
import { isDiagnosable } from "../judge/diagnosable.ts";
import type { FindMistaken } from "../judge/mistaken.ts";
import { explainsOutput } from "../judge/resemblance.ts";
import { type Slip, slipsOfTask } from "../judge/slips.ts";
import { type Trace, wholeEstimates } from "../judge/trace.ts";
import type { Finding } from "../results/finding.ts";
import type { Mistake, Task } from "../task/task.ts";

/** This share of the wrong cases may stay unexplained: steep data can magnify f32 errors in a mistake's output. */
const UNEXPLAINED_SHARE = 0.2;

/** A change of the plain kernel, of which a submission's output may be the result. */
interface Change {
  readonly name: string;
}

/** The task's mistake that explains the submission's output. */
export async function likelyMistake(task: Task, ...failure: Failure): Promise<Mistake | undefined> {
  return (await explaining(task, task.mistakes, explains, ...failure))[0];
}

type Failure = readonly [traces: readonly Trace[], caseIndex: number, findMistaken: FindMistaken];

/**
 * The changes that explain the submission's output on the case with this index, on most other wrong cases, and on
 * correct ones too: a change that would also spoil correct cases is not the submission's. The best are first.
 */
async function explaining<C extends Change>(
  task: Task,
  changes: readonly C[],
  isExplained: typeof explains,
  ...[traces, caseIndex, findMistaken]: Failure
): Promise<C[]> {
  const small = traces.filter(({ reference }) => isDiagnosable(task, reference));
  const wrong = small.filter(({ verdict }) => verdict === "wrong-answer");
  const leading = wrong.find(({ reference }) => reference.case.index === caseIndex);
  if (leading === undefined) return [];
  const right = lastOfEachKind(small.filter(({ verdict }) => verdict !== "wrong-answer"));
  const cost = ({ reference: { problem } }: Trace) => task.spec.flops(problem.shape, problem.params);
  const others = [...wrong, ...right].filter((trace) => trace !== leading).sort((a, b) => cost(a) - cost(b));
  let left = changes.map((change) => ({ change, unexplained: 0 }));
  // The leading case, then the cheapest: they rule out most changes, and the others then need no outputs.
  for (const trace of [leading, ...others]) {
    if (left.length === 0) return [];
    const estimates = wholeEstimates(task, trace.reference);
    const names = left.map(({ change }) => change.name);
    const mistaken = await findMistaken(trace.reference.case.index, names);
    const most = trace !== leading && trace.verdict === "wrong-answer" ? UNEXPLAINED_SHARE * wrong.length : 0;
    left = left.flatMap(({ change, unexplained }) => {
      const outputs = mistaken[change.name];
      if (outputs !== undefined && isExplained(task, outputs, trace, estimates)) return [{ change, unexplained }];
      return unexplained + 1 <= most ? [{ change, unexplained: unexplained + 1 }] : [];
    });
  }
  return left.sort((a, b) => a.unexplained - b.unexplained).map(({ change }) => change);
}

/** Slips that are tried together; the next ones only if none of them explains the output. */
const SLIPS_AT_ONCE = 40;

/** The slip that explains the submission's output, as a finding. */
export async function likelySlip(task: Task, ...failure: Failure): Promise<Finding | undefined> {
  const [traces] = failure;
  if (wrongValues(task, traces) < FEWEST_VALUES) return undefined;
  const slips = [...slipsOfTask(task).values()];
  for (let from = 0; from < slips.length; from += SLIPS_AT_ONCE) {
    const [slip] = await explaining(task, slips.slice(from, from + SLIPS_AT_ONCE), explainsAsFinite, ...failure);
    if (slip === undefined) continue;
    return { aspect: "why", kind: "slip", sentence: slipSentence(slip), isGuess: true };
  }
  return undefined;
}

/** Many changes make all outputs zero, infinite or the same: that one of them does, too, says nothing. */
const FEWEST_VALUES = 4;

/** How many different wrong values there are, apart from zero and what is not finite. */
function wrongValues(task: Task, traces: readonly Trace[]): number {
  const wrong = traces.filter(({ reference, verdict }) => verdict === "wrong-answer" && isDiagnosable(task, reference));
  const values = wrong.flatMap(({ reference, first }) => {
    const estimates = wholeEstimates(task, reference);
    return task.spec.outputs.flatMap(({ name }) =>
      Array.from(first.outputs[name]!).filter(
        (value, at) => value !== 0 && Number.isFinite(value) && !allows(estimates[name]!, at, value),
      ),
    );
  });
  return new Set(values).size;
}

function slipSentence({ before, after }: Slip): string {
  return after === ""
    ? `Likely cause: a step is missing. The plain kernel gives this output without \`${before}\`.`
    : `Likely cause: a slip. The plain kernel gives this output with \`${after}\` in place of \`${before}\`.`;
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

/**
 * Whether a mistake's outputs reproduce a submission's: the wrong elements, and the correct ones. Infinities and NaNs of a
 * mistake match any element of an output with several, but in an output of one element they would explain everything.
 */
function explains(
  task: Task,
  mistaken: Readonly<Record<string, ArrayLike<number>>>,
  { first }: Trace,
  estimates: Estimates,
): boolean {
  return task.spec.outputs.every(({ name }) => {
    const [got, other] = [first.outputs[name]!, mistaken[name]!];
    return explainsOutput(got, other, estimates[name]!) && (got.length > 1 || isFiniteWhere(got, other));
  });
}

/** The same for one of many changes, whose outputs must be finite where the submission's are. */
const explainsAsFinite: typeof explains = (task, mistaken, trace, estimates) =>
  explains(task, mistaken, trace, estimates) &&
  task.spec.outputs.every(({ name }) => isFiniteWhere(trace.first.outputs[name]!, mistaken[name]!));

function isFiniteWhere(got: ArrayLike<number>, mistaken: ArrayLike<number>): boolean {
  return Array.from(got).every((value, at) => !Number.isFinite(value) || Number.isFinite(mistaken[at]!));
}
