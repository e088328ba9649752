import { rowCases } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { masksAllowed } from "../../../harness/task/constraints.ts";
import { normal, rowwise } from "../../../harness/task/data-library.ts";
import { reductionMistakes } from "../../../harness/task/mistake-library.ts";
import { columnsModulo } from "../../../harness/task/places.ts";
import { softmax } from "../../../reference/bounded.ts";
import plain from "./plain.wgsl";
import { tuned } from "./tuned.ts";

/** The largest magnitude of an element that is not masked. */
const LARGEST = 10_000;
const MASKED = -1e30;

const DOWN_COLUMNS = `
fn downColumns(first: u32) {
  for (var column = first; column < COLS; column += (ROWS + 63) / 64 * 64) {
    var maximum = x[column];
    for (var r = 1u; r < ROWS; r++) { maximum = max(maximum, x[r * COLS + column]); }
    var sum = 0.0;
    for (var r = 0u; r < ROWS; r++) { sum += exp(x[r * COLS + column] - maximum); }
    for (var r = 0u; r < ROWS; r++) { y[r * COLS + column] = exp(x[r * COLS + column] - maximum) / sum; }
  }
}`;

export default composeTask({
  name: "softmax",
  family: "softmax",
  title: "Row softmax",
  statement: `Turn every row of \`x\` into probabilities:

    m[r]   = max over c of x[r,c]
    y[r,c] = exp(x[r,c] - m[r]) / sum over c of exp(x[r,c] - m[r])

Masked entries are -1e30, and all others may be large (see below): subtract the row's maximum before \`exp\`, or it
overflows. No row is fully masked. Rows may be of any length, and there may be more rows than a
dispatch allows workgroups in one dimension (65,535).`,
  example: { shape: { rows: 2, cols: 3 }, params: {}, inputs: { x: [0, Math.LN2, 0, 1000, 1000, MASKED] } },
  hints: [
    "Three loops over a row are enough for a correct kernel: the maximum, the sum of exp(x - maximum), the quotients.",
    "Spread more than 65,535 rows over y, and return from surplus invocations: one dimension holds no more workgroups.",
    "Share a long row in one workgroup: each invocation takes every 64th element, then a tree in workgroup memory reduces.",
    "Compute the maximum and the sum in one pass over the row (online softmax: Milakov and Gimelshein, 2018).",
  ],
  shape: { rows: "rows, each normalised separately", cols: "elements in a row" },
  params: {},
  inputs: {
    x: { dims: ["rows", "cols"], about: "logits", range: [-LARGEST, LARGEST], except: [MASKED, "masked entries"] },
  },
  outputs: { y: { dims: ["rows", "cols"], about: "probabilities, each row summing to 1" } },
  unit: ["rows"],
  reference: ({ x }) => ({ y: softmax(x) }),
  constraints: [
    masksAllowed,
    {
      sentence: "No row of `x` is fully masked: at least one element is greater than -1e30.",
      of: "inputs",
      holds({ shape: { rows, cols }, inputs }) {
        const isSeen = (value: number) => value > Math.fround(MASKED);
        return Array.from({ length: rows }, (_, row) => inputs.x!.subarray(row * cols, (row + 1) * cols)).every((own) =>
          (own as Float32Array).some(isSeen),
        );
      },
    },
  ],
  cases: rowCases("rows", "cols", {
    wide: ["plain", "steep"],
    long: ["plain", "offset", "masked", "spike", "steep", "ascending"],
  }),
  data: {
    plain: ["independent normal values around 1", { x: normal(1, 2) }],
    offset: [
      "rows far from zero, at 10,000, at -10,000, in between, or at both: exp overflows unless the maximum is subtracted",
      {
        x: rowwise((random, { turn }) => {
          const level = random.pick([-1, 1]) * random.uniform(200, LARGEST - 20);
          const rows = [
            () => LARGEST - Math.abs(random.normal(0, 2)),
            () => Math.abs(random.normal(0, 2)) - LARGEST,
            () => random.uniform(-LARGEST, LARGEST),
            () => level + random.normal(0, 2),
          ];
          return rows[turn % rows.length]!;
        }),
      },
      "ends",
    ],
    masked: [
      "rows masked by -1e30 except at one element, at their beginning, at their end, or at scattered places",
      {
        x: rowwise((random, { cols, turn, special }) => {
          const border = Math.round(random.uniform(0.3, 0.8) * cols);
          const isMasked = [
            () => true,
            (column: number) => column < border || random.uniform() < 0.3,
            (column: number) => column >= border || random.uniform() < 0.3,
            () => random.uniform() < 0.5,
          ][turn % 4]!;
          return (column) => (column !== special && isMasked(column) ? MASKED : random.normal());
        }),
      },
    ],
    spike: [
      "a few elements, different ones in each row, hold most of the sum",
      {
        x: rowwise((random, { rows, cols, turn, special }) => {
          const spikes = new Set([special, ...columnsModulo(random, rows, cols, turn)]);
          const height = Math.log(cols / spikes.size) + random.uniform(2, 4);
          // Without noise, so that each spike's share of the sum exceeds the allowed rounding error.
          return (column) => (spikes.has(column) ? height : random.normal(0, 0.5));
        }),
      },
    ],
    steep: [
      "one element, a different one in each row, towers over the others: exp overflows unless it is the maximum",
      {
        x: rowwise((random, { special }) => {
          const height = random.uniform(200, 250);
          return (column) => (column === special ? height : random.normal(0, 20));
        }),
      },
    ],
    flat: [
      "rows of only two values, each shared by many elements",
      {
        x: rowwise((random) => {
          const level = random.normal(0, 3);
          const step = random.uniform(0.5, 1.5);
          return () => level + random.pick([0, step]);
        }),
      },
    ],
    ascending: [
      "every element is the largest so far, which stresses an online softmax",
      {
        x: rowwise((random, { cols }) => {
          const start = random.normal(0, 3);
          const span = random.uniform(2, 8);
          return (column) => start + (span * (column + random.uniform(0, 0.9))) / cols;
        }),
      },
    ],
  },
  scratchLimitBytes: ({ rows, cols }) => 4 * rows * Math.max(64, cols),
  flops: ({ rows, cols }) => 5 * rows * cols,
  mistakes: [
    {
      name: "maximum-without-last-column",
      about: "the last element of each row is missing from the maximum",
      hint: "Extend the loop for the maximum to the last element: if that is far above the others, exp overflows.",
      edits: [["c < COLS; c++) {\n    maximum", "c < COLS - 1; c++) {\n    maximum"]],
    },
    {
      name: "no-max-subtraction",
      about: "the row's maximum is not subtracted before exp",
      hint: "Subtract the row's maximum first: the quotient stays the same. exp(x) overflows an f32 above x = 88.7.",
      edits: [
        ["maximum = max(maximum, x[start + c]);", ""],
        ["var maximum = x[start];", "var maximum = 0.0;"],
      ],
    },
    {
      name: "maximum-of-everything",
      about: "one maximum of the whole tensor is subtracted in every row",
      hint: "Subtract each row's own maximum: with another row's, all of a row's exponentials can underflow, which leaves 0/0.",
      edits: [
        [
          "for (var c = 1u; c < COLS; c++) {\n    maximum = max(maximum, x[start + c]);",
          "for (var c = 0u; c < ROWS * COLS; c++) {\n    maximum = max(maximum, x[c]);",
        ],
      ],
    },
    {
      name: "not-normalised",
      about: "the exponentials are not divided by their sum",
      hint: "Divide exp(x - maximum) by the sum of the row's exponentials, so that each row adds up to 1.",
      edits: [[" / sum;", ";"]],
    },
    {
      name: "normalised-down-columns",
      about: "the softmax runs down the columns instead of along the rows",
      hint: "Take the maximum and the sum over all c of one row: x is row-major, with element (r, c) at r * cols + c.",
      edits: [
        ["@compute", `${DOWN_COLUMNS}\n@compute`],
        ["  let row = id.x;", "  downColumns(id.x);\n  return;\n  let row = id.x;"],
      ],
    },
    {
      name: "base-two",
      about: "2 is raised to the power instead of e",
      hint: "Use exp(x) for e^x, or exp2(x * 1.44269504), where the factor is log2(e): exp2(x) is 2^x.",
      edits: [
        ["sum += exp(", "sum += exp2("],
        ["= exp(", "= exp2("],
      ],
    },
    {
      name: "log-softmax",
      about: "the logarithm of the softmax is written",
      hint: "Write exp(x - maximum) / sum: the output is the probability itself, not its logarithm.",
      edits: [["= exp(x[start + c] - maximum) / sum", "= x[start + c] - maximum - log(sum)"]],
    },
    ...reductionMistakes({
      variable: "c",
      end: "COLS",
      body: "sum += exp",
      makes: "the sum",
      tiles: [4, 16, 32, 64, 256],
    }),
  ],
  plain: { code: plain, invocationFor: ["rows"] },
  tuned,
});
