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
overflows. No row is fully masked. Rows may be of any length, and there may be more rows than a
dispatch allows workgroups in one dimension (65,535).`,
  hints: [
    "Three loops over a row are enough for a correct kernel: the maximum, the sum of exp(x - maximum), the quotients.",
    "Spread more than 65,535 rows over y, and return from surplus invocations: one dimension holds no more workgroups.",
    "Share a long row in one workgroup: each invocation takes every 64th element, then a tree in workgroup memory reduces.",
    "Compute the maximum and the sum in one pass over the row (online softmax: Milakov and Gimelshein, 2018).",
  ],
  shape: { rows: "rows, each normalised separately", cols: "elements in a row" },
  params: {},
  inputs: [{ name: "x", type: "f32", dims: ["rows", "cols"], about: "logits" }],
  outputs: [{ name: "y", type: "f32", dims: ["rows", "cols"], about: "probabilities, each row summing to 1" }],
  ranges: [
    {
      of: "`x`, except masked entries",
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
      sentence: "No row of `x` is fully masked: at least one element is greater than -1e30.",
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
    // At least as many rows as columns, so that every column has a tower; more columns than a workgroup's invocations.
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
