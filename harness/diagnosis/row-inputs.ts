import type { Finding } from "../results/finding.ts";
import { dimSizes } from "../task/dims.ts";
import type { Task } from "../task/task.ts";
import type { Observed } from "./observed.ts";

/** Below EXP_VANISHES, exp(x) has few f32 digits left; below EXP_IS_GONE, none; above EXP_OVERFLOWS, it overflows. */
const EXP_VANISHES = -87;
const EXP_IS_GONE = -104;
const EXP_OVERFLOWS = 89;

/**
 * Properties that the inputs of a row may share, and the mistakes that they suggest. `holds` is undefined if a row
 * decides nothing.
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
      `Exactly the rows whose elements of \`${input}\` are all so far below zero that exp gives 0 are wrong. Likely cause: a running maximum starts at 0 instead of at the row's first element, or no maximum is subtracted.`,
  },
  {
    kind: "negative-rows",
    holds: (row) => row.every((value) => value < 0),
    sentence: (input) =>
      `Exactly the rows whose elements of \`${input}\` are all negative are wrong. Likely cause: a running maximum starts at 0 instead of at the row's first element.`,
  },
  {
    kind: "rows-far-above-zero",
    holds: (row) => row.some((value) => value > EXP_OVERFLOWS),
    sentence: (input) =>
      `Exactly the rows with elements of \`${input}\` above 88.7, where exp overflows an f32, are wrong. Likely cause: the maximum is not subtracted first.`,
  },
];

/**
 * A condition on the inputs of a row that holds on exactly the wrong rows, for inputs that share the output's rows.
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
      const isDecisive =
        verdicts[0]!.wrong > 0 &&
        verdicts.every(({ apart }) => apart === 0) &&
        verdicts.some(({ wrong, right }) => wrong > 0 && right > 0);
      if (isDecisive) return { aspect: "why", kind, sentence: sentence(input.name), isGuess: true };
    }
  }
  return undefined;
}

/** In a case with more rows, the last ones are examined. */
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
