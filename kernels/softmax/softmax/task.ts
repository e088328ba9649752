import { rowCases } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { masksAllowed, partlyMasked } from "../../../harness/task/constraints.ts";
import { normal } from "../../../harness/task/data-library.ts";
import { maximumMistakes, mistakes, reductionMistakes } from "../../../harness/task/mistake-library.ts";
import * as rows from "../../../harness/task/row-data.ts";
import { softmax } from "../../../reference/bounded.ts";
import plain from "./plain.wgsl";
import { tuned } from "./tuned.ts";

/** The largest magnitude of an element that is not masked. */
const LARGEST = 10_000;
const MASKED = -1e30;

const ALL_COLUMNS = "for (var start = id.x; start < COLS; start += (ROWS + 63) / 64 * 64) {";

export default composeTask({
  name: "softmax",
  family: "softmax",
  title: "Row softmax",
  step: { track: "attention and inference", level: 2, teaches: "sums of rows, without overflow", questions: [20, 22] },
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
  constraints: [masksAllowed, partlyMasked("x", "cols", MASKED)],
  cases: rowCases("rows", "cols", {
    wide: ["plain", "steep"],
    whole: "all",
    long: ["plain", "offset", "masked", "spike", "steep", "ascending"],
  }),
  data: {
    plain: ["independent normal values around 1", { x: normal(1, 2) }],
    offset: [
      "rows far from zero, at 10,000, at -10,000, in between, or at both: exp overflows unless the maximum is subtracted",
      { x: rows.untargeted(rows.farFromZero(LARGEST)) },
      "ends",
    ],
    masked: [
      "rows masked by -1e30 except at one element, at their beginning, at their end, or at scattered places",
      { x: rows.untargeted(rows.masked(MASKED)) },
    ],
    spike: ["a few elements, different ones in each row, hold most of the sum", { x: rows.untargeted(rows.spikes) }],
    steep: [
      "one element, a different one in each row, towers over the others: exp overflows unless it is the maximum",
      { x: rows.untargeted(rows.steep) },
    ],
    flat: ["rows of only two values, each shared by many elements", { x: rows.untargeted(rows.twoValues) }],
    ascending: [
      "every element is the largest so far, which stresses an online softmax",
      { x: rows.untargeted(rows.ascending) },
    ],
  },
  scratchLimitBytes: ({ rows, cols }) => 4 * rows * Math.max(64, cols),
  flops: ({ rows, cols }) => 5 * rows * cols,
  mistakes: [
    ...maximumMistakes({
      ...{ end: "COLS", row: "x", start: "start" },
      subtraction: "Subtract the row's maximum first: the quotient stays the same.",
    }),
    ...mistakes({
      "maximum-of-everything": [
        "one maximum of the whole tensor is subtracted in every row",
        "Subtract each row's own maximum: with another row's, all of a row's exponentials can underflow, which leaves 0/0.",
        ["c = 1u; c < COLS; c++", "c = 0u; c < ROWS * COLS; c++"],
        ["max(maximum, x[start + c])", "max(maximum, x[c])"],
      ],
      "not-normalised": [
        "the exponentials are not divided by their sum",
        "Divide exp(x - maximum) by the sum of the row's exponentials, so that each row adds up to 1.",
        [" / sum;", ";"],
      ],
      "normalised-down-columns": [
        "the softmax runs down the columns instead of along the rows",
        "Take the maximum and the sum over all c of one row: x is row-major, with element (r, c) at r * cols + c.",
        ["let row = id.x;\n  if (row >= ROWS) {\n    return;\n  }\n  let start = row * COLS;", ALL_COLUMNS],
        ["c = 1u; c < COLS; c++", "c = COLS; c < ROWS * COLS; c += COLS"],
        ["c = 0u; c < COLS; c++) {\n    sum", "c = 0u; c < ROWS * COLS; c += COLS) {\n    sum"],
        ["c = 0u; c < COLS; c++) {\n    y", "c = 0u; c < ROWS * COLS; c += COLS) {\n    y"],
        [" / sum;\n  }", " / sum;\n  }\n  }"],
      ],
      "base-two": [
        "2 is raised to the power instead of e",
        "Use exp(x) for e^x, or exp2(x * 1.44269504), where the factor is log2(e): exp2(x) is 2^x.",
        ["sum += exp(", "sum += exp2("],
        ["= exp(", "= exp2("],
      ],
      "log-softmax": [
        "the logarithm of the softmax is written",
        "Write exp(x - maximum) / sum: the output is the probability itself, not its logarithm.",
        ["= exp(x[start + c] - maximum) / sum", "= x[start + c] - maximum - log(sum)"],
      ],
    }),
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
