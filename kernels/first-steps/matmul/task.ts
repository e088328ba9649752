import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { normal, spike } from "../../../harness/task/data-library.ts";
import { reductionMistakes } from "../../../harness/task/mistake-library.ts";
import { vecMat } from "../../../reference/bounded.ts";
import plain from "./plain.wgsl";
import { tuned } from "./tuned.ts";

export default composeTask({
  name: "matmul",
  family: "first-steps",
  title: "Matrix product",
  step: { track: "first steps", level: 2, teaches: "tiles in workgroup memory", questions: [30] },
  statement: `Multiply two matrices:

    c[i,j] = sum over l of a[i,l] · b[l,j]

All three are row-major: element (i, j) of \`c\` is at i·n + j. Sizes need not be multiples of anything, and there may be
more rows or columns than one dimension of a dispatch holds workgroups (65,535).`,
  example: {
    shape: { m: 2, n: 2, k: 3 },
    params: {},
    inputs: { a: [1, 2, 3, 0, -1, 4], b: [1, 0, 2, 1, 0, 5] },
  },
  hints: [
    "One invocation for each element of c is enough: row = index / N, column = index % N, and one loop along k.",
    "Let neighbouring invocations take neighbouring columns: they then read neighbouring elements of b, and the same one of a.",
    "Let a workgroup compute a square tile of c, and copy slices of both matrices to workgroup memory, filled up with zeros past the ends: each element is then read from storage once for a whole row of the tile.",
    "Let each invocation compute 4 by 4 elements: eight numbers from workgroup memory serve sixteen products.",
  ],
  shape: { m: "rows of `a` and of `c`", n: "columns of `b` and of `c`", k: "columns of `a`, rows of `b`" },
  params: {},
  inputs: {
    a: { dims: ["m", "k"], about: "left factor", range: [-1000, 1000] },
    b: { dims: ["k", "n"], about: "right factor", range: [-1000, 1000] },
  },
  outputs: { c: { dims: ["m", "n"], about: "the product" } },
  unit: ["m"],
  reference: ({ a, b }) => ({ c: vecMat(a, b) }),
  cases: casesOf({
    axes: ["m", "n", "k"],
    checks: [
      ["tiny", [1, 1, 1]],
      ["tiny", [2, 3, 5]],
      ["tiny", [4, 8, 6]],
      ["tiny", [5, 6, 7]],
      ["whole vectors", [1, 132, 260]],
      ["whole vectors", [2, 68, 8]],
      ["whole vectors", [4, 36, 20]],
      ["whole vectors", [5, 72, 32]],
      ["odd sizes", [7, 13, 27], "all"],
      ["odd sizes", [17, 23, 497]],
      ["around a tile", [63, 65, 16]],
      ["around a tile", [64, 33, 65], "all"],
      ["around a tile", [33, 31, 15]],
      ["around a tile", [129, 64, 64]],
      ["one row", [1, 131, 260]],
      ["one column", [131, 1, 63]],
      ["long sums", [3, 7, 8209], ["plain", "spike"]],
      ["large", [515, 519, 9]],
      ["many rows", [65_537, 1, 5]],
      ["many columns", [1, 65_537, 7]],
    ],
    draw: (random) => [random.integer(2, 80), random.integer(2, 80), random.integer(2, 300)],
    measures: { small: [128, 128, 128], medium: [256, 256, 512], large: [512, 512, 1024] },
  }),
  data: {
    plain: ["normal values, around 0.5 and -0.25", { a: normal(0.5, 1), b: normal(-0.25, 1) }],
    spike: ["one element of each row of `a`, in a different column, is far larger than the others", { a: spike(1000) }],
  },
  // Sixteen partial sums of each element, and copies of both factors.
  scratchLimitBytes: ({ m, n, k }) => 4 * (16 * m * n + m * k + k * n),
  flops: ({ m, n, k }) => 2 * m * n * k,
  mistakes: [
    {
      name: "right-factor-transposed",
      about: "b is read as if it were [n,k]",
      hint: "Read b[i * N + column]: b is [k,n], row-major, so a column's elements are N apart.",
      edits: [["b[i * N + column]", "b[column * K + i]"]],
    },
    {
      name: "left-factor-transposed",
      about: "a is read as if it were [k,m]",
      hint: "Read a[row * K + i]: a is [m,k], row-major, so a row's elements are contiguous.",
      edits: [["a[row * K + i]", "a[i * M + row]"]],
    },
    {
      name: "product-transposed",
      about: "c is written as if it were [n,m]",
      hint: "Write element (row, column) at row * N + column: c is [m,n], row-major.",
      edits: [["c[index]", "c[column * M + row]"]],
    },
    {
      name: "sum-restarted",
      about: "only the last product is written instead of the sum of all",
      hint: "Add every product to the sum: sum += …, not sum = ….",
      edits: [["sum += ", "sum = "]],
    },
    ...reductionMistakes({ variable: "i", end: "K", body: "sum +=", makes: "each sum", tiles: [16, 64] }),
  ],
  plain: { code: plain, invocationFor: ["m", "n"] },
  tuned,
});
