import { atMost, finite } from "../../../harness/task/constraints.ts";
import type { TaskSpec } from "../../../harness/task/task.ts";
import type { Problem } from "../../../reference/oracle.ts";
import { signedBytes } from "../../../reference/packing.ts";
import { A_SCALE, B_SCALE } from "./data.ts";

const SMALL = ["plain", "extreme", "cancelling"];

/** Elements in a row: the sum of so many products of -128 and -128 is below 2^31. */
const MOST_BYTES = 131_071;

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

export const spec: TaskSpec<"m" | "n" | "k", never> = {
  name: "matmul-int8",
  family: "quantized-matmul",
  title: "Matrix product of 8-bit integers",
  statement: `Multiply two matrices of signed bytes, and scale the result (W8A8, as in SmoothQuant and LLM.int8()):

    out[r,c] = (sum over i of a[r,i] * b[c,i]) * a_scale[r] * b_scale[c]

Both matrices have \`k\` as their last axis, so \`out\` is \`a\` times the transpose of \`b\`. Four bytes are packed
into each word: byte \`i\` of a row is bits \`8*(i%4)\` to \`8*(i%4) + 7\` of its word \`i/4\`, in two's complement. Each row
begins at a new word: it has \`ceil(k/4)\` words, and the rest of the last one is zero.

The sum is exact in 32-bit integers, since \`k\` is at most 131,071. Add in \`i32\`, and convert once, at
the end. An \`f32\` holds all integers only up to 2^24, and rounds larger partial sums; only the conversion and
the two products with the scales may round. With \`m = 1\` this is a matrix-vector product.`,
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
  inputs: [
    { name: "a", type: "i8", dims: ["m", "k"], about: "activations, four signed bytes to a word" },
    { name: "b", type: "i8", dims: ["n", "k"], about: "weights, four signed bytes to a word" },
    { name: "a_scale", type: "f32", dims: ["m"], about: "scale of each row of a" },
    { name: "b_scale", type: "f32", dims: ["n"], about: "scale of each row of b" },
  ],
  outputs: [{ name: "out", type: "f32", dims: ["m", "n"], about: "scaled products" }],
  ranges: [
    { of: "`a`", least: -128, most: 127, values: ({ inputs }) => signedBytes(inputs.a!) },
    { of: "`b`", least: -128, most: 127, values: ({ inputs }) => signedBytes(inputs.b!) },
    { of: "`a_scale`", ...A_SCALE, values: ({ inputs }) => inputs.a_scale! },
    { of: "`b_scale`", ...B_SCALE, values: ({ inputs }) => inputs.b_scale! },
    { of: "`k`", least: 1, most: MOST_BYTES, values: ({ shape }) => [shape.k] },
    { of: "a sum of products", least: -(2 ** 31), most: 2 ** 31 - 1, values: sums },
  ],
  constraints: [atMost("k", 131_071), finite],
  checks: [
    { shape: { m: 1, n: 1, k: 1 }, params: {}, group: "tiny", data: ["plain"] },
    { shape: { m: 2, n: 3, k: 5 }, params: {}, group: "tiny", data: ["plain"] },
    { shape: { m: 7, n: 13, k: 27 }, params: {}, group: "odd sizes", data: SMALL },
    { shape: { m: 17, n: 23, k: 495 }, params: {}, group: "odd sizes", data: ["plain"] },
    { shape: { m: 63, n: 65, k: 16 }, params: {}, group: "around a tile", data: ["plain"] },
    { shape: { m: 64, n: 33, k: 65 }, params: {}, group: "around a tile", data: SMALL },
    { shape: { m: 33, n: 31, k: 15 }, params: {}, group: "around a tile", data: ["plain"] },
    { shape: { m: 1, n: 131, k: 260 }, params: {}, group: "one row", data: ["plain"] },
    { shape: { m: 3, n: 7, k: 8211 }, params: {}, group: "long rows", data: SMALL },
    { shape: { m: 1, n: 3, k: MOST_BYTES }, params: {}, group: "long rows", data: ["extreme"] },
    { shape: { m: 65_537, n: 1, k: 5 }, params: {}, group: "many rows", data: ["plain"] },
    { shape: { m: 1, n: 65_537, k: 7 }, params: {}, group: "many rows", data: ["plain"] },
  ],
  drawShape: (random) => ({
    shape: { m: random.integer(2, 40), n: random.integer(2, 60), k: random.integer(2, 400) },
    params: {},
  }),
  measures: [
    { name: "small", shape: { m: 1, n: 256, k: 512 }, params: {} },
    { name: "medium", shape: { m: 64, n: 256, k: 512 }, params: {} },
    { name: "large", shape: { m: 256, n: 256, k: 1024 }, params: {} },
  ],
  // Sixteen partial sums per output, and `a` unpacked; no room for `b` unpacked, as packing is meant to avoid it.
  scratchLimitBytes: ({ m, n, k }) => 64 * m * n + 8 * m * k,
  flops: ({ m, n, k }) => 2 * m * n * k,
};
