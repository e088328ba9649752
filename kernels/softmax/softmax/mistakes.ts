import type { Mistake } from "../../../harness/task/task.ts";

type SoftmaxMistake = Mistake<"rows" | "cols", never>;

/** e^x as an f32: infinity above 88.7, zero below -103.9. */
function exp(x: number): number {
  return Math.fround(Math.exp(x));
}

function maximum(values: Float64Array): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}

/** A softmax with one wrong step; the others are correct. */
interface Steps {
  /** Subtracted before the exponential: the row's maximum by default. */
  readonly shift?: (row: Float64Array, all: Float64Array) => number;
  /** e to the power given by default. */
  readonly power?: (x: number) => number;
  /** How many elements of the row the sum has: all by default. */
  readonly counted?: (cols: number) => number;
  /** What becomes of an element's exponential, the sum, and the exponent: the quotient of the first two by default. */
  readonly finish?: (exponential: number, sum: number, exponent: number) => number;
}

function softmaxWith(steps: Steps): SoftmaxMistake["outputs"] {
  const {
    shift = maximum,
    power = exp,
    counted = (cols) => cols,
    finish = (exponential, sum) => exponential / sum,
  } = steps;
  return ({ shape: { rows, cols }, inputs }) => {
    const x = Float64Array.from(inputs.x!);
    const y = new Float64Array(rows * cols);
    for (let at = 0; at < rows * cols; at += cols) {
      const row = x.subarray(at, at + cols);
      const subtracted = shift(row, x);
      const exponentials = row.map((value) => power(value - subtracted));
      const sum = Math.fround(exponentials.subarray(0, counted(cols)).reduce((a, b) => a + b, 0));
      for (let c = 0; c < cols; c++) y[at + c] = finish(exponentials[c]!, sum, row[c]! - subtracted);
    }
    return { y };
  };
}

function transposed(values: ArrayLike<number>, rows: number, cols: number): Float64Array {
  return Float64Array.from({ length: rows * cols }, (_, at) => values[(at % rows) * cols + Math.floor(at / rows)]!);
}

export const mistakes: readonly SoftmaxMistake[] = [
  {
    name: "maximum-without-last-column",
    about: "the last element of each row is missing from the maximum",
    hint: "Extend the loop for the maximum to the last element: if that is far above the others, exp overflows.",
    outputs: softmaxWith({ shift: (row) => maximum(row.length > 1 ? row.subarray(0, -1) : row) }),
  },
  {
    name: "no-max-subtraction",
    about: "the row's maximum is not subtracted before exp",
    hint: "Subtract the row's maximum first: the quotient stays the same. exp(x) overflows an f32 above x = 88.7.",
    outputs: softmaxWith({ shift: () => 0 }),
  },
  {
    name: "maximum-of-everything",
    about: "one maximum of the whole tensor is subtracted in every row",
    hint: "Subtract each row's own maximum: with another row's, all of a row's exponentials can underflow, which leaves 0/0.",
    outputs: softmaxWith({ shift: (_, all) => maximum(all) }),
  },
  {
    name: "not-normalised",
    about: "the exponentials are not divided by their sum",
    hint: "Divide exp(x - maximum) by the sum of the row's exponentials, so that each row adds up to 1.",
    outputs: softmaxWith({ finish: (exponential) => exponential }),
  },
  {
    name: "normalised-down-columns",
    about: "the softmax runs down the columns instead of along the rows",
    hint: "Take the maximum and the sum over all c of one row: x is row-major, with element (r, c) at r * cols + c.",
    outputs({ shape: { rows, cols }, params, inputs }) {
      const x = Float32Array.from(transposed(inputs.x!, rows, cols));
      const { y } = softmaxWith({})({ shape: { rows: cols, cols: rows }, params, inputs: { x } });
      return { y: transposed(y!, cols, rows) };
    },
  },
  {
    name: "base-two",
    about: "2 is raised to the power instead of e",
    hint: "Use exp(x) for e^x, or exp2(x * 1.44269504), where the factor is log2(e): exp2(x) is 2^x.",
    outputs: softmaxWith({ power: (x) => Math.fround(2 ** x) }),
  },
  {
    name: "log-softmax",
    about: "the logarithm of the softmax is written",
    hint: "Write exp(x - maximum) / sum: the output is the probability itself, not its logarithm.",
    outputs: softmaxWith({ finish: (_, sum, exponent) => exponent - Math.log(sum) }),
  },
  {
    name: "last-column-left-out",
    about: "the last element of each row is missing from the sum",
    hint: "Loop while c < COLS: the loop over the row ends one too early.",
    outputs: softmaxWith({ counted: (cols) => cols - 1 }),
  },
  ...[4, 16, 32, 64, 128, 256].map((tile) => ({
    name: `ragged-tile-left-out-${tile}`,
    about: `elements past the last full tile of ${tile} are missing from the sum`,
    hint: `Round the number of tiles up and guard the last one: row lengths need not be multiples of ${tile}.`,
    outputs: softmaxWith({ counted: (cols) => Math.floor(cols / tile) * tile }),
  })),
];
