import { rowCases } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { normal, offset, spike } from "../../../harness/task/data-library.ts";
import { reductionMistakes } from "../../../harness/task/mistake-library.ts";
import { declarationsOf } from "../../../harness/task/one-pass.ts";
import { invocationPerRow } from "../../../harness/task/row-blocks.ts";
import { add, div, mul, rsqrt, square, sum } from "../../../reference/bounded.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import tunedOnSoftware from "./tuned-software.wgsl";

export default composeTask({
  name: "rms-norm",
  family: "layers",
  title: "RMS normalisation",
  step: { track: "training", level: 2, teaches: "a reduction of each row, then a map", questions: [13] },
  statement: `Divide every row of \`x\` by the root of its mean square, and multiply each column by its gain:

    y[r,c] = x[r,c] / sqrt(mean over c of x[r,c]² + eps) · gamma[c]

There may be more rows than one dimension of a dispatch holds workgroups (65,535).`,
  example: { shape: { rows: 2, cols: 2 }, params: { eps: 0 }, inputs: { x: [3, 4, -2, 2], gamma: [1, 2] } },
  hints: [
    "Two loops over a row are enough: the sum of the squares, then the scaled elements.",
    "Compute inverseSqrt(mean + EPS) once per row, not once per element.",
    "Let one workgroup share a long row: each invocation takes every 64th element, then a tree in workgroup memory.",
  ],
  shape: { rows: "rows, each normalised by itself", cols: "elements in a row" },
  params: { eps: ["added to the mean square", 1e-5, 1e-3, 1e-6] },
  inputs: {
    x: { dims: ["rows", "cols"], about: "activations", range: [-1000, 1000] },
    gamma: { dims: ["cols"], about: "a gain for each column", range: [-4, 4] },
  },
  outputs: { y: { dims: ["rows", "cols"], about: "normalised activations" } },
  unit: ["rows"],
  reference: ({ x, gamma }, { eps, cols }) => ({
    y: mul(mul(x, rsqrt(add(div(sum(square(x)), cols), eps))), gamma),
  }),
  cases: rowCases("rows", "cols"),
  data: {
    plain: ["normal values around 1", { x: normal(1, 2), gamma: normal(1, 0.5) }],
    offset: ["rows far from zero, where the mean square is not the variance", { x: offset(100) }],
    spike: ["one element, different in each row, is far larger than the others", { x: spike(100) }],
    small: ["rows so small that eps is as large as their mean square", { x: normal(0, 3e-3) }],
  },
  flops: ({ rows, cols }) => 4 * rows * cols,
  mistakes: [
    {
      name: "no-epsilon",
      about: "eps is not added to the mean square",
      hint: "Add EPS under the root: inverseSqrt(mean + EPS). It matters if a row is small.",
      edits: [[" + EPS)", ")"]],
    },
    {
      name: "epsilon-outside-the-root",
      about: "eps is added to the root instead of the mean square",
      hint: "Put eps under the root: inverseSqrt(mean + EPS), not 1 / (sqrt(mean) + EPS).",
      edits: [["inverseSqrt(squares / f32(COLS) + EPS)", "1.0 / (sqrt(squares / f32(COLS)) + EPS)"]],
    },
    {
      name: "sum-instead-of-mean",
      about: "the sum of the squares is not divided by the number of columns",
      hint: "Divide the sum of the squares by COLS before adding EPS.",
      edits: [["squares / f32(COLS)", "squares"]],
    },
    {
      name: "no-gain",
      about: "gamma is not applied",
      hint: "Multiply column c by gamma[c] after scaling.",
      edits: [[" * gamma[c]", ""]],
    },
    {
      name: "gain-of-the-row",
      about: "gamma is read at the row's index instead of the column's",
      hint: "Read gamma[c]: gamma has one element for each column.",
      edits: [["gamma[c]", "gamma[row % COLS]"]],
    },
    ...reductionMistakes({ variable: "c", end: "COLS", body: "squares +=", makes: "the mean square" }),
  ],
  plain: { code: plain, invocationFor: ["rows"] },
  tuned: {
    // Without barriers, a row takes one invocation less time than many.
    software: invocationPerRow(
      [tunedOnSoftware, declarationsOf(plain)].join("\n"),
      { rows: "rows", columns: ["cols"] },
      ["x", "gamma", "y"],
    ),
    hardware: { code: tuned, workgroupFor: ["rows"] },
  },
});
