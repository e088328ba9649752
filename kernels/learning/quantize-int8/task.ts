import { rowCases } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { halfSteps, normal, spike, withZeroRows } from "../../../harness/task/data-library.ts";
import { declarationsOf } from "../../../harness/task/one-pass.ts";
import { invocationPerRow } from "../../../harness/task/row-blocks.ts";
import { abs, anyOf, div, maximum, mul, oneOf, roundings } from "../../../reference/bounded.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import tunedOnSoftware from "./tuned-software.wgsl";

const LARGEST_CODE = 127;

export default composeTask({
  name: "quantize-int8",
  family: "learning",
  title: "Quantisation to int8",
  step: {
    track: "quantisation",
    level: 2,
    teaches: "a scale for each row, and rounding half to even",
    questions: [47],
  },
  statement: `Quantise every row of \`w\` symmetrically to signed 8-bit codes, and return the values that the codes stand for:

    scale[r]         = max over c of |w[r,c]| / 127
    dequantized[r,c] = round(w[r,c] / scale[r]) · scale[r]

\`round\` takes a half to the even neighbour. A value so close to a half that f32 cannot decide may go either way. A row of
zeros gives zeros.`,
  example: { shape: { rows: 2, cols: 3 }, params: {}, inputs: { w: [127, 50.25, -3.5, 0, 0, 0] } },
  hints: [
    "Two loops over a row are enough: the largest magnitude, then the rounded elements.",
    "WGSL's round takes halves to the even neighbour, so it needs no correction.",
    "Let one workgroup share a long row: each invocation takes every 64th element, then a tree in workgroup memory.",
  ],
  shape: { rows: "rows, each with a scale of its own", cols: "elements in a row" },
  params: {},
  inputs: { w: { dims: ["rows", "cols"], about: "weights", range: [-1000, 1000] } },
  outputs: {
    scale: { dims: ["rows"], about: "the distance between neighbouring codes of a row" },
    dequantized: { dims: ["rows", "cols"], about: "the codes times their scale" },
  },
  unit: ["rows"],
  reference({ w }) {
    const largest = maximum(abs(w));
    const scale = div(largest, LARGEST_CODE);
    if (largest.values[0] === 0) return { scale, dequantized: w };
    const quotients = anyOf(div(w, scale), mul(w, div(largest.exactly(LARGEST_CODE), largest)));
    const [code, ...others] = roundings(quotients).map((codes) => mul(codes, scale));
    return { scale, dequantized: oneOf(code!, ...others) };
  },
  cases: rowCases("rows", "cols"),
  data: {
    plain: ["normal values around zero", { w: normal(0, 1) }],
    spike: ["one element, different in each row, is far larger than the others", { w: spike(40) }],
    "near-halves": ["quotients so close to a half that they may be rounded either way", { w: halfSteps(LARGEST_CODE) }],
    "zero-rows": ["one row in three is all zeros", { w: withZeroRows(normal(0, 1)) }],
  },
  flops: ({ rows, cols }) => 5 * rows * cols,
  mistakes: [
    {
      name: "truncated",
      about: "quotients are truncated instead of rounded",
      hint: "Use round: trunc, floor and conversions to i32 drop the fraction.",
      edits: [["round(w[start + c] / divisor)", "trunc(w[start + c] / divisor)"]],
      isUnstable: true,
    },
    {
      name: "rounded-up",
      about: "quotients are rounded up instead of to the nearest integer",
      hint: "Use round, not ceil.",
      edits: [["round(w[start + c] / divisor)", "ceil(w[start + c] / divisor)"]],
      isUnstable: true,
    },
    {
      name: "divided-by-128",
      about: "the scale divides the largest magnitude by 128",
      hint: "Divide by 127: the codes are symmetric, from -127 to 127.",
      edits: [["largest / 127.0", "largest / 128.0"]],
    },
    {
      name: "largest-without-abs",
      about: "the largest value is taken instead of the largest magnitude",
      hint: "Use max(largest, abs(w)): the largest magnitude may be that of a negative value.",
      edits: [["max(largest, abs(w[start + c]))", "max(largest, w[start + c])"]],
    },
    {
      name: "codes-not-scaled",
      about: "the codes themselves are written",
      hint: "Multiply each rounded quotient by the scale.",
      edits: [["round(w[start + c] / divisor) * step", "round(w[start + c] / divisor)"]],
    },
    {
      name: "scale-inverted",
      about: "`scale` receives the reciprocal of the scale",
      hint: "Write largest / 127, the distance between codes, not 127 / largest.",
      edits: [["scale[row] = step;", "scale[row] = 127.0 / largest;"]],
    },
    {
      name: "last-element-left-out",
      about: "the last element is missing from the largest magnitude",
      hint: "Loop while c < COLS: the loop for the largest magnitude ends one too early.",
      edits: [["c < COLS; c++) {\n    largest", "c < COLS - 1; c++) {\n    largest"]],
    },
  ],
  plain: { code: plain, invocationFor: ["rows"] },
  tuned: {
    // One invocation takes one row, without the barriers that cost a software adapter more than the work.
    software: invocationPerRow(
      [tunedOnSoftware, declarationsOf(plain)].join("\n"),
      { rows: "rows", columns: ["cols"] },
      ["w", "scale", "dequantized"],
    ),
    hardware: { code: tuned, workgroupFor: ["rows"] },
  },
});
