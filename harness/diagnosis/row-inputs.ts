import type { Finding } from "../results/finding.ts";
import { dimSizes } from "../task/dims.ts";
import type { Task } from "../task/task.ts";
import type { Observed } from "./observed.ts";

/** Below this, exp(x) is so small that f32 has no or few digits left for it; above the other, it overflows. */
const EXP_VANISHES = -87;
const EXP_IS_GONE = -104;
const EXP_OVERFLOWS = 89;

/**
 * What all inputs of a row can have in common, and what it suggests. `holds` is undefined where a row tells nothing
 * either way.
 */
const CONDITIONS: readonly {
  readonly kind: string;
  holds(row: Float32Array): boolean | undefined;
  sentence(input: string): string;
}[] = [
  {
    kind: "rows-far-below-zero",
    holds(row) {
      const highest = row.reduce((a, b) => Math.max(a, b));
      return highest < EXP_IS_GONE ? true : highest < EXP_VANISHES ? undefined : false;
    },
    sentence: (input) =>
      `It is wrong just where all elements of a row of \`${input}\` are negative and so far below zero that exp gives 0: it looks as if a running maximum begins at 0 instead of at the row's first element, or as if no maximum is subtracted.`,
  },
  {
    kind: "negative-rows",
    holds: (row) => row.every((value) => value < 0),
    sentence: (input) =>
      `It is wrong just where all elements of a row of \`${input}\` are negative: it looks as if a running maximum begins at 0 instead of at the row's first element.`,
  },
  {
    kind: "rows-far-above-zero",
    holds: (row) => row.some((value) => value > EXP_OVERFLOWS),
    sentence: (input) =>
      `It is wrong just where a row of \`${input}\` has elements above 88.7, the largest for which exp fits an f32: it looks as if the maximum is not subtracted first.`,
  },
];

/**
 * A condition on the inputs of a row that holds on just the wrong rows, where an input has the output's rows.
 *
 * @param cases the leading one first
 */
export function findRowCondition(task: Task, cases: readonly [Observed, ...Observed[]]): Finding | undefined {
  const [{ output }] = cases;
  const [dim] = task.spec.outputs.find(({ name }) => name === output)!.dims;
  const inputs = task.spec.inputs.filter(({ type, dims }) => type === "f32" && dims.length >= 2 && dims[0] === dim);
  for (const input of inputs) {
    for (const { kind, holds, sentence } of CONDITIONS) {
      const verdicts = cases.map((one) =>
        agreement(one, one.problem.inputs[input.name] as Float32Array, dimSizes(input, one.problem.shape)[0]!, holds),
      );
      const isTold =
        verdicts[0]!.wrong > 0 &&
        verdicts.every(({ apart }) => apart === 0) &&
        verdicts.some(({ wrong, right }) => wrong > 0 && right > 0);
      if (isTold) return { aspect: "why", kind, sentence: sentence(input.name), isGuess: true };
    }
  }
  return undefined;
}

/** Of a case with more, the last ones are looked at. */
const MOST_ROWS = 5000;

function agreement(
  one: Observed,
  input: Float32Array,
  rows: number,
  holds: (row: Float32Array) => boolean | undefined,
) {
  let [wrong, right, apart] = [0, 0, 0];
  for (let row = Math.max(0, rows - MOST_ROWS); row < rows; row++) {
    const isHeld = holds(input.subarray((row * input.length) / rows, ((row + 1) * input.length) / rows));
    if (isHeld === undefined) continue;
    const own = one.isWrong.subarray((row * one.got.length) / rows, ((row + 1) * one.got.length) / rows);
    const isWrong = own.includes(1);
    if (isWrong) wrong++;
    else right++;
    if (isWrong !== isHeld) apart++;
  }
  return { wrong, right, apart };
}
