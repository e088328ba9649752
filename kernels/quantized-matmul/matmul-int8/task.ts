import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { atMost } from "../../../harness/task/constraints.ts";
import { endsInTurn, i8, uniform } from "../../../harness/task/data-library.ts";
import { missingTerms, mistakes } from "../../../harness/task/mistake-library.ts";
import { integerDot, mul } from "../../../reference/bounded.ts";
import type { Problem } from "../../../reference/oracle.ts";
import { signedBytes } from "../../../reference/packing.ts";
import { softwareProduct } from "../software.ts";
import { tiledOrVector } from "../tiled-or-vector.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import software from "./tuned-software.wgsl";

/** Elements in a row: the sum of so many products of -128 and -128 is below 2^31. */
const MOST_BYTES = 131_071;

/** Symmetric quantization of normal values around a mean: codes from -127 to 127. */
const normalCodes = (mean: number, deviation: number) =>
  i8((random) => () => Math.max(-127, Math.min(127, Math.round(random.normal(mean, deviation)))));

/** A sign for each column, the same in every row and in both matrices. */
function columnSign(i: number): 1 | -1 {
  return Math.imul(i + 1, 0x9e3779b1) < 0 ? -1 : 1;
}

/**
 * Codes of extreme magnitude. All except one in `rareness` have their column's sign. In the first row all codes have
 * it, and in the second all have it or its opposite: sums approach both ends of 32 bits.
 */
const extremeCodes = (rareness: number, second: 1 | -1) =>
  i8((random) => (row, i) => {
    const isRare = row > 1 && random.integer(1, rareness) === 1;
    const sign = row === 1 ? second : isRare ? -1 : 1;
    return columnSign(i) * sign === 1 ? 127 : -128;
  });

/** Large codes with the column's sign, or with the opposite one past the middle of the row. */
const largeCodes = (isFlipped: boolean) =>
  i8(
    (random, { cols }) =>
      (_, i) =>
        columnSign(i) * (isFlipped && 2 * i >= cols ? -1 : 1) * random.integer(90, 127),
  );

function sums({ shape: { m, n, k }, inputs }: Problem<"m" | "n" | "k", never>): number[] {
  const [a, b] = [signedBytes(inputs.a!), signedBytes(inputs.b!)];
  const [aRow, bRow] = [a.length / m, b.length / n];
  return Array.from({ length: m * n }, (_, element) => {
    const [row, column] = [Math.floor(element / n), element % n];
    let sum = 0;
    for (let i = 0; i < k; i++) sum += a[row * aRow + i]! * b[column * bRow + i]!;
    return sum;
  });
}

/** In the plain kernel, the statement that adds a product. */
export const PRODUCT = "sum += extractBits(a_word, 8u * byte, 8u) * extractBits(b_word, 8u * byte, 8u);";

/** Reads the factors at other bytes of `a` and `b`, counted from the tensor's beginning. */
function readingAt(aByte: string, bByte: string): readonly [string, string] {
  const code = (tensor: string, at: string) => `extractBits(i32(${tensor}[(${at}) / 4]), 8 * ((${at}) % 4), 8)`;
  return [PRODUCT, `let i = 4 * w + byte; if (i < K) { sum += ${code("a", aByte)} * ${code("b", bByte)}; }`];
}

const BINDINGS = ["a", "b", "a_scale", "b_scale", "out"];

export default composeTask({
  name: "matmul-int8",
  family: "quantized-matmul",
  title: "Matrix product of 8-bit integers",
  step: { track: "quantisation", level: 2, teaches: "packed bytes, exact sums in integers, tiles", questions: [47] },
  statement: `Multiply two matrices of signed bytes, and scale the result (W8A8, as in SmoothQuant and LLM.int8()):

    out[r,c] = (sum over i of a[r,i] * b[c,i]) * a_scale[r] * b_scale[c]

Both matrices have \`k\` as their last axis, so \`out\` is \`a\` times the transpose of \`b\`. Four bytes are packed
into each word: byte \`i\` of a row is bits \`8*(i%4)\` to \`8*(i%4) + 7\` of its word \`i/4\`, in two's complement. Each row
begins at a new word: it has \`ceil(k/4)\` words, and the rest of the last one is zero.

The sum is exact in 32-bit integers, since \`k\` is at most 131,071. Add in \`i32\`, and convert once, at
the end. An \`f32\` holds all integers only up to 2^24, and rounds larger partial sums; only the conversion and
the two products with the scales may round. With \`m = 1\` this is a matrix-vector product.`,
  example: {
    shape: { m: 1, n: 2, k: 3 },
    params: {},
    inputs: { a: [3, -2, 127], b: [1, 4, 0, 0, 5, -1], a_scale: [0.01], b_scale: [0.002, 0.01] },
  },
  hints: [
    "Use extractBits(i32(word), 8 * j, 8) for byte j of a word with its sign. A loop over words and bytes is enough for a correct kernel.",
    "Loop over whole words: padding bytes are zero and add nothing.",
    "Let a workgroup compute a square tile of out, and keep its packed words in workgroup memory: each word is then read from storage once for many products.",
    "Let each invocation compute 4 by 4 elements: eight words from workgroup memory serve sixteen products.",
    "Use dot4I8Packed(x, y) to multiply four bytes at once if navigator.gpu.wgslLanguageFeatures has packed_4x8_integer_dot_product.",
    "With m = 1, let a workgroup stride through a row of b together and add its sums as a tree: there is nothing to share.",
  ],
  shape: { m: "rows of a and of out", n: "rows of b, columns of out", k: "bytes in a row of a or b" },
  params: {},
  inputs: {
    a: { type: "i8", dims: ["m", "k"], about: "activations, four signed bytes to a word" },
    b: { type: "i8", dims: ["n", "k"], about: "weights, four signed bytes to a word" },
    a_scale: { dims: ["m"], about: "scale of each row of a", range: [0.002, 0.02] },
    b_scale: { dims: ["n"], about: "scale of each row of b", range: [0.001, 0.01] },
  },
  outputs: { out: { dims: ["m", "n"], about: "scaled products" } },
  ranges: [
    { of: "`k`", least: 1, most: MOST_BYTES, values: ({ shape }) => [shape.k] },
    { of: "a sum of products", least: -(2 ** 31), most: 2 ** 31 - 1, values: sums },
  ],
  unit: ["m", "n"],
  reference: ({ a, b, a_scale, b_scale }) => ({ out: mul(mul(integerDot(a, b), a_scale), b_scale) }),
  constraints: [atMost("k", MOST_BYTES)],
  cases: casesOf({
    axes: ["m", "n", "k"],
    checks: [
      ["tiny", [1, 1, 1]],
      ["tiny", [2, 3, 5]],
      ["tiny", [4, 6, 9]],
      ["tiny", [5, 7, 6]],
      ["whole vectors", [1, 132, 30]],
      ["whole vectors", [2, 36, 8]],
      ["whole vectors", [4, 36, 1024]],
      ["whole vectors", [13, 40, 2050]],
      ["odd sizes", [7, 13, 27], "all"],
      ["odd sizes", [17, 23, 495]],
      ["around a tile", [63, 65, 32]],
      ["around a tile", [64, 33, 65], "all"],
      ["around a tile", [16, 31, 15]],
      ["one row", [1, 131, 260]],
      ["long rows", [3, 5, 1024]],
      ["long rows", [9, 7, 8211], "all"],
      ["long rows", [1, 3, MOST_BYTES], ["extreme"]],
      ["many rows", [65_537, 1, 5]],
      ["many rows", [1, 65_537, 7]],
    ],
    draw: (random) => [random.integer(2, 40), random.integer(2, 60), random.integer(2, 400)],
    measures: { small: [1, 256, 512], medium: [64, 256, 512], large: [256, 256, 1024] },
  }),
  data: {
    plain: [
      "independent, approximately normal codes, with nonzero means in both matrices",
      { a: normalCodes(8, 40), b: normalCodes(-5, 45), a_scale: uniform(), b_scale: uniform() },
    ],
    extreme: [
      "only codes of -128 and 127, whose products mostly have one sign: sums near 2^31 and -2^31 in long rows",
      { a: extremeCodes(7, 1), b: extremeCodes(20, -1), a_scale: endsInTurn, b_scale: endsInTurn },
      "ends",
    ],
    cancelling: [
      "large positive products in the first half of a row, large negative ones in the second: the sum is small, but partial sums exceed 2^24 in long rows",
      { a: largeCodes(false), b: largeCodes(true) },
    ],
  },
  // Sixteen partial sums per output, and `a` unpacked; no room for `b` unpacked, as packing is meant to avoid it.
  scratchLimitBytes: ({ m, n, k }) => 64 * m * n + 8 * m * k,
  flops: ({ m, n, k }) => 2 * m * n * k,
  mistakes: [
    {
      name: "summed-in-f32",
      about: "the products are added in f32 instead of in i32",
      hint: "Add the products in an i32, and convert the sum once, at the end: an f32 holds all integers only up to 2^24.",
      edits: [
        ["var sum = 0i;", "var sum = 0.0;"],
        [PRODUCT, PRODUCT.replace("sum += ", "sum += f32(").replace(";", ");")],
      ],
      isUnstable: true,
    },
    ...mistakes({
      "unsigned-codes": [
        "the bytes are read as numbers from 0 to 255",
        "Use extractBits(i32(word), 8 * j, 8), or shift the byte to the top of an i32 and back: the codes are signed.",
        [PRODUCT, "sum += i32(extractBits(u32(a_word), 8u * byte, 8u) * extractBits(u32(b_word), 8u * byte, 8u));"],
      ],
      "no-a-scale": [
        "a_scale is not applied",
        "Multiply by a_scale[r] of the output's row as well as by b_scale[c].",
        [" * a_scale[row]", ""],
      ],
      "no-b-scale": [
        "b_scale is not applied",
        "Multiply by b_scale[c] of the output's column as well as by a_scale[r].",
        [" * b_scale[column]", ""],
      ],
      "first-a-scale-everywhere": [
        "a_scale[0] is applied to every row",
        "Use a_scale[r]: each row of a has its own scale.",
        ["a_scale[row]", "a_scale[0]"],
      ],
      "first-b-scale-everywhere": [
        "b_scale[0] is applied to every column",
        "Use b_scale[c]: each row of b, a column of out, has its own scale.",
        ["b_scale[column]", "b_scale[0]"],
      ],
      "rows-not-padded": [
        "rows of a and b are read as if they had no padding",
        "Start row r at word r * ((K + 3) / 4), not at byte r * K: each packed row begins at a new word.",
        readingAt("row * K + i", "column * K + i"),
      ],
      "b-transposed": [
        "b is read as if it were [k,n]",
        "Read row c of b for out[r,c]: b is [n,k], row-major, and a row's bytes are contiguous.",
        readingAt("row * words * 4 + i", "i * N + column"),
      ],
      "out-transposed": [
        "out is written as if it were [n,m]",
        "Write element (r, c) at r * N + c: out is [m,n], row-major.",
        ["out[id.x]", "out[column * M + row]"],
      ],
    }),
    ...missingTerms({
      statement: PRODUCT,
      index: "4 * w + byte",
      end: "K",
      tiles: [4, 8, 16, 32, 64, 128, 256, 512],
    }),
  ],
  plain: { code: plain, invocationFor: ["m", "n"] },
  tuned: {
    software: softwareProduct(software, BINDINGS),
    hardware: tiledOrVector([tuned], plain, BINDINGS),
  },
});
