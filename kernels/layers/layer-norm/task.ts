import { rowCases } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { normal, offset, spike } from "../../../harness/task/data-library.ts";
import { reductionMistakes } from "../../../harness/task/mistake-library.ts";
import { declarationsOf } from "../../../harness/task/one-pass.ts";
import { invocationPerRow } from "../../../harness/task/row-blocks.ts";
import { add, div, mean, mul, rsqrt, square, sub, sum } from "../../../reference/bounded.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import tunedOnSoftware from "./tuned-software.wgsl";

export default composeTask({
  name: "layer-norm",
  family: "layers",
  title: "Layer normalisation",
  step: { track: "training", level: 2, teaches: "variances of rows that do not cancel", questions: [13] },
  statement: `Bring every row of \`x\` to mean 0 and variance 1, then scale and shift each column:

    mean[r] = mean over c of x[r,c]
    var[r]  = mean over c of (x[r,c] - mean[r])²
    y[r,c]  = (x[r,c] - mean[r]) / sqrt(var[r] + eps) · gamma[c] + beta[c]

The variance is the biased one: its divisor is \`cols\`. Rows may be far from zero compared with their spread. There may be
more rows than one dimension of a dispatch holds workgroups (65,535).`,
  example: {
    shape: { rows: 1, cols: 4 },
    params: { eps: 0 },
    inputs: { x: [4, 6, 8, 10], gamma: [1, 1, 2, 1], beta: [0, 0, 0, 1] },
  },
  hints: [
    "Three loops over a row are enough: the mean, the squared deviations from it, the scaled elements.",
    "mean(x²) - mean² cancels in rows far from zero: subtract the mean before squaring, or use Welford's update.",
    "Let one workgroup share a long row: each invocation takes every 64th element, then a tree in workgroup memory.",
  ],
  shape: { rows: "rows, each normalised by itself", cols: "elements in a row" },
  params: { eps: ["added to the variance", 1e-5, 1e-3, 1e-6] },
  inputs: {
    x: { dims: ["rows", "cols"], about: "activations", range: [-1000, 1000] },
    gamma: { dims: ["cols"], about: "a gain for each column", range: [-4, 4] },
    beta: { dims: ["cols"], about: "a shift for each column", range: [-4, 4] },
  },
  outputs: { y: { dims: ["rows", "cols"], about: "normalised activations" } },
  unit: ["rows"],
  reference({ x, gamma, beta }, { eps, cols }) {
    const centred = sub(x, mean(x));
    const variance = div(sum(square(centred)), cols);
    return { y: add(mul(mul(centred, rsqrt(add(variance, eps))), gamma), beta) };
  },
  // In long rows far from zero, the mean alone may be off by more than the spread.
  cases: rowCases("rows", "cols", { long: ["plain", "spike"] }),
  data: {
    plain: ["normal values around 3", { x: normal(3, 1), gamma: normal(1, 0.5), beta: normal(0, 1) }],
    offset: ["rows far from zero compared with their spread", { x: offset(500, 1) }],
    spike: ["one element, different in each row, is far larger than the others", { x: spike(100) }],
    small: ["rows so small that eps is as large as their variance", { x: normal(0, 3e-3) }],
  },
  flops: ({ rows, cols }) => 8 * rows * cols,
  mistakes: [
    {
      name: "no-epsilon",
      about: "eps is not added to the variance",
      hint: "Add EPS under the root: inverseSqrt(variance + EPS). It matters if a row is small.",
      edits: [[" + EPS)", ")"]],
    },
    {
      name: "unbiased-variance",
      about: "the variance is divided by cols - 1",
      hint: "Divide the sum of squares by COLS: layer normalisation uses the biased variance.",
      edits: [["squares / f32(COLS)", "squares / f32(max(COLS, 2) - 1)"]],
    },
    {
      name: "one-pass-variance",
      about: "the variance is computed as the mean square minus the squared mean, which cancels",
      hint: "Subtract the mean before squaring, in a loop of its own, or use Welford's update.",
      isUnstable: true,
      edits: [
        ["(x[start + c] - mean) * (x[start + c] - mean)", "x[start + c] * x[start + c]"],
        ["squares / f32(COLS)", "squares / f32(COLS) - mean * mean"],
      ],
    },
    {
      name: "mean-not-subtracted",
      about: "the mean is not subtracted from the written elements",
      hint: "Scale x - mean, not x.",
      edits: [["y[start + c] = (x[start + c] - mean)", "y[start + c] = x[start + c]"]],
    },
    {
      name: "gain-and-shift-swapped",
      about: "gamma and beta are swapped",
      hint: "gamma multiplies the normalised element, and beta is added after that.",
      edits: [["gamma[c] + beta[c]", "beta[c] + gamma[c]"]],
    },
    {
      name: "no-shift",
      about: "beta is not added",
      hint: "Add beta[c] after multiplying by gamma[c].",
      edits: [[" + beta[c]", ""]],
    },
    ...reductionMistakes({ variable: "c", end: "COLS", body: "squares +=", makes: "the variance" }),
  ],
  plain: { code: plain, invocationFor: ["rows"] },
  tuned: {
    // Without barriers, a row takes one invocation less time than many.
    software: invocationPerRow(
      [tunedOnSoftware, declarationsOf(plain)].join("\n"),
      { rows: "rows", columns: ["cols"] },
      ["x", "gamma", "beta", "y"],
    ),
    hardware: { code: tuned, workgroupFor: ["rows"] },
  },
});
