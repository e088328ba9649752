import type { TaskSpec } from "../../../harness/task/task.ts";
import { LARGEST, MASKED } from "./data.ts";

const EVERY_KIND = ["plain", "offset", "masked", "spike", "steep", "flat", "ascending"];

export const spec: TaskSpec<"rows" | "cols", never> = {
  name: "softmax",
  family: "softmax",
  title: "Row softmax",
  statement: `Turn every row of \`x\` into probabilities:

    m[r]   = max over c of x[r,c]
    y[r,c] = exp(x[r,c] - m[r]) / sum over c of exp(x[r,c] - m[r])

Masked entries are -1e30, and all others may be large (see below): subtract the row's maximum before \`exp\`, or it
overflows. No row is masked altogether. Rows may be of any length, and there may be more rows than one dimension of a
dispatch holds workgroups (65,535).`,
  hints: [
    "Three loops over a row are enough to be right: the maximum, the sum of exp(x - maximum), the quotients.",
    "More than 65,535 rows do not fit one dimension of workgroups: spread them over y, and let the rest return.",
    "Let one workgroup share a long row: each invocation takes every 64th element, then a tree in workgroup memory.",
    "The maximum and the sum can be had in one reading of the row (online softmax: Milakov and Gimelshein, 2018).",
  ],
  shape: { rows: "rows, each normalised by itself", cols: "elements in a row" },
  params: {},
  inputs: [{ name: "x", type: "f32", dims: ["rows", "cols"], about: "logits" }],
  outputs: [{ name: "y", type: "f32", dims: ["rows", "cols"], about: "probabilities, each row summing to 1" }],
  ranges: [
    {
      of: "`x`, but for masked entries",
      least: -LARGEST,
      most: LARGEST,
      values: ({ inputs }) => inputs.x!.filter((value) => value > MASKED),
    },
  ],
  constraints: [
    {
      sentence: "No element of `x` is NaN or positive infinity.",
      of: "inputs",
      holds: ({ inputs }) => inputs.x!.every((value) => value < Number.POSITIVE_INFINITY),
    },
    {
      sentence: "No row of `x` is masked altogether: one element at least is neither -1e30 nor less.",
      of: "inputs",
      holds({ shape: { rows, cols }, inputs }) {
        const isSeen = (value: number) => value > Math.fround(-1e30);
        return Array.from({ length: rows }, (_, row) => inputs.x!.subarray(row * cols, (row + 1) * cols)).every((own) =>
          (own as Float32Array).some(isSeen),
        );
      },
    },
  ],
  checks: [
    { shape: { rows: 1, cols: 1 }, params: {}, group: "tiny", data: ["plain"] },
    { shape: { rows: 2, cols: 3 }, params: {}, group: "tiny", data: ["plain"] },
    { shape: { rows: 7, cols: 13 }, params: {}, group: "odd sizes", data: EVERY_KIND },
    // As many rows as columns, so that towers stand in every column, and more columns than a workgroup's invocations.
    { shape: { rows: 263, cols: 257 }, params: {}, group: "odd sizes", data: ["plain", "steep"] },
    { shape: { rows: 64, cols: 15 }, params: {}, group: "around a tile", data: ["plain"] },
    { shape: { rows: 63, cols: 17 }, params: {}, group: "around a tile", data: ["plain"] },
    { shape: { rows: 16, cols: 65 }, params: {}, group: "around a tile", data: EVERY_KIND },
    { shape: { rows: 65, cols: 64 }, params: {}, group: "around a tile", data: ["plain"] },
    {
      shape: { rows: 3, cols: 8209 },
      params: {},
      group: "long rows",
      data: ["plain", "offset", "masked", "spike", "steep", "ascending"],
    },
    { shape: { rows: 65_537, cols: 3 }, params: {}, group: "many rows", data: ["plain"] },
  ],
  drawShape: (random) => ({ shape: { rows: random.integer(2, 90), cols: random.integer(2, 600) }, params: {} }),
  measures: [
    { name: "small", shape: { rows: 512, cols: 256 }, params: {} },
    { name: "medium", shape: { rows: 1024, cols: 1024 }, params: {} },
    { name: "large", shape: { rows: 2048, cols: 4096 }, params: {} },
  ],
  scratchLimitBytes: ({ rows, cols }) => 4 * rows * Math.max(64, cols),
  flops: ({ rows, cols }) => 5 * rows * cols,
};
