import type { Mistake } from "../../../harness/task/task.ts";
import type { Problem } from "../../../reference/oracle.ts";

type SoftmaxMistake = Mistake<"rows" | "cols", never>;

/** What a wrong kernel makes of one row: `x` holds the row, `y` takes the result. */
type RowFunction = (x: Float64Array, y: Float64Array, all: ArrayLike<number>) => void;

function rowwise(compute: RowFunction): SoftmaxMistake["outputs"] {
  return ({ shape: { rows, cols }, inputs }: Problem<"rows" | "cols", never>) => {
    const all = inputs.x!;
    const y = new Float64Array(rows * cols);
    for (let row = 0; row < rows; row++) {
      const own = Float64Array.from(all.subarray(row * cols, (row + 1) * cols));
      compute(own, y.subarray(row * cols, (row + 1) * cols), all);
    }
    return { y };
  };
}

const maximum = (values: ArrayLike<number>): number => Array.prototype.reduce.call(values, (a, b) => Math.max(a as number, b as number), Number.NEGATIVE_INFINITY) as number;

/** e^x as an f32 holds it: it overflows to infinity above 88.7 and vanishes below -103.9. */
const exp = (x: number): number => Math.fround(Math.exp(x));

/** Softmax with the sum over the first `counted` elements of each row only. */
function truncated(counted: (cols: number) => number): SoftmaxMistake["outputs"] {
  return rowwise((x, y) => {
    const m = maximum(x);
    let sum = 0;
    for (let c = 0; c < counted(x.length); c++) sum += Math.exp(x[c]! - m);
    for (let c = 0; c < x.length; c++) y[c] = Math.exp(x[c]! - m) / sum;
  });
}

export const mistakes: readonly SoftmaxMistake[] = [
  {
    name: "no-max-subtraction",
    about: "the row's maximum is not subtracted before exp",
    hint: "exp(x) overflows an f32 above x = 88.7. Subtract the row's maximum first: the quotient stays the same.",
    outputs: rowwise((x, y) => {
      const sum = x.reduce((total, value) => Math.fround(total + exp(value)), 0);
      for (let c = 0; c < x.length; c++) y[c] = exp(x[c]!) / sum;
    }),
  },
  {
    name: "maximum-of-everything",
    about: "one maximum of the whole tensor is subtracted in every row",
    hint: "Each row needs its own maximum: with another row's, all of a row's exponentials can vanish, and 0/0 is left.",
    outputs: rowwise((x, y, all) => {
      const m = maximum(all);
      const sum = x.reduce((total, value) => total + exp(value - m), 0);
      for (let c = 0; c < x.length; c++) y[c] = exp(x[c]! - m) / sum;
    }),
  },
  {
    name: "not-normalised",
    about: "the exponentials are not divided by their sum",
    hint: "Divide exp(x - maximum) by the sum of the row's exponentials, so that each row adds up to 1.",
    outputs: rowwise((x, y) => {
      const m = maximum(x);
      for (let c = 0; c < x.length; c++) y[c] = Math.exp(x[c]! - m);
    }),
  },
  {
    name: "normalised-down-columns",
    about: "the softmax runs down the columns instead of along the rows",
    hint: "x is row-major: element (r, c) is at r * cols + c. The maximum and the sum belong to a row, over all c.",
    outputs({ shape: { rows, cols }, inputs }) {
      const x = inputs.x!;
      const y = new Float64Array(rows * cols);
      for (let c = 0; c < cols; c++) {
        let m = Number.NEGATIVE_INFINITY;
        for (let r = 0; r < rows; r++) m = Math.max(m, x[r * cols + c]!);
        let sum = 0;
        for (let r = 0; r < rows; r++) sum += Math.exp(x[r * cols + c]! - m);
        for (let r = 0; r < rows; r++) y[r * cols + c] = Math.exp(x[r * cols + c]! - m) / sum;
      }
      return { y };
    },
  },
  {
    name: "base-two",
    about: "2 is raised to the power instead of e",
    hint: "exp2(x) is 2^x. For e^x use exp(x), or exp2(x * 1.44269504) with the factor log2(e).",
    outputs: rowwise((x, y) => {
      const m = maximum(x);
      const sum = x.reduce((total, value) => total + 2 ** (value - m), 0);
      for (let c = 0; c < x.length; c++) y[c] = 2 ** (x[c]! - m) / sum;
    }),
  },
  {
    name: "log-softmax",
    about: "the logarithm of the softmax is written",
    hint: "The output is the probability itself, not its logarithm: write exp(x - maximum) / sum.",
    outputs: rowwise((x, y) => {
      const m = maximum(x);
      const logSum = Math.log(x.reduce((total, value) => total + Math.exp(value - m), 0));
      for (let c = 0; c < x.length; c++) y[c] = x[c]! - m - logSum;
    }),
  },
  {
    name: "last-column-left-out",
    about: "the last element of each row is missing from the sum",
    hint: "The loop over the row ends one too early: let c run while c < COLS.",
    outputs: truncated((cols) => cols - 1),
  },
  ...[4, 16, 32, 64, 128, 256].map((tile) => ({
    name: `ragged-tile-left-out-${tile}`,
    about: `elements past the last whole tile of ${tile} are missing from the sum`,
    hint: `Row lengths need not be multiples of ${tile}: round the number of tiles up, and guard the last one.`,
    outputs: truncated((cols) => Math.floor(cols / tile) * tile),
  })),
];
