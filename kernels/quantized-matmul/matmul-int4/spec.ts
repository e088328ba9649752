import { finite, multiple } from "../../../harness/task/constraints.ts";
import type { TaskSpec } from "../../../harness/task/task.ts";
import { nibbles } from "../../../reference/packing.ts";
import { OUTLIER } from "../activations.ts";
import { LEAST_SCALE, MOST_SCALE } from "./data.ts";

const SMALL = ["plain", "outliers", "uneven"];

export const spec: TaskSpec<"m" | "n" | "k" | "group", never> = {
  name: "matmul-int4",
  family: "quantized-matmul",
  title: "Matrix product with 4-bit weights",
  statement: `Multiply activations by 4-bit weights, which are quantized group by group with a zero point, as in GPTQ and AWQ:

    out[r,c] = sum over i of a[r,i] * (w[c,i] - zeros[c,g]) * scales[c,g],   g = i / group

\`w\` and \`zeros\` are unsigned numbers from 0 to 15, eight packed into each word: element \`i\` of a row is bits
\`4*(i%8)\` to \`4*(i%8) + 3\` of its word \`i/8\`. Each row begins at a new word, and the rest of its last word is
zero: a row of \`w\` has \`ceil(k/8)\` words, a row of \`zeros\` has \`ceil(k/group/8)\`.

\`k\` is a multiple of \`group\`, but neither need be a multiple of 8: a word may hold weights of two groups. The zero
point is subtracted unchanged (GPTQ's first format stored it minus one; this one does not). Unpacking the weights is part
of the timed work. With \`m = 1\` this is a matrix-vector product, as when a language model generates one token.`,
  hints: [
    "Use extractBits(word, 4 * j, 4) for element j of a word. One invocation per element of out is enough for a correct kernel.",
    "Read each word of w once and unpack its eight weights in a row, instead of reading it eight times.",
    "Factor a group's zero point and scale out of its sum: (sum of a*w - zero * sum of a) * scale.",
    "Let a workgroup compute a square tile of out: unpack the weights that it needs once, into workgroup memory.",
    "Let each invocation compute 4 by 4 elements: two vec4f from workgroup memory serve sixteen products.",
    "With m = 1, let a workgroup stride through a row of w together and add as a tree: each weight is read only once anyway.",
  ],
  shape: {
    m: "rows of a and of out",
    n: "rows of w, columns of out",
    k: "elements in a row of a or w",
    group: "weights along k that share a scale and a zero point",
  },
  params: {},
  inputs: [
    { name: "a", type: "f32", dims: ["m", "k"], about: "activations" },
    { name: "w", type: "u4", dims: ["n", "k"], about: "weights, eight unsigned numbers to a word" },
    { name: "scales", type: "f32", dims: ["n", "k/group"], about: "scale of each group" },
    { name: "zeros", type: "u4", dims: ["n", "k/group"], about: "zero point of each group, eight to a word" },
  ],
  outputs: [{ name: "out", type: "f32", dims: ["m", "n"], about: "products" }],
  ranges: [
    { of: "`a`", least: -OUTLIER, most: OUTLIER, values: ({ inputs }) => inputs.a! },
    { of: "`w`", least: 0, most: 15, values: ({ inputs }) => nibbles(inputs.w!) },
    { of: "`zeros`", least: 0, most: 15, values: ({ inputs }) => nibbles(inputs.zeros!) },
    { of: "`scales`", least: LEAST_SCALE, most: MOST_SCALE, values: ({ inputs }) => inputs.scales! },
  ],
  constraints: [multiple("k", "group"), finite],
  checks: [
    { shape: { m: 1, n: 1, k: 1, group: 1 }, params: {}, group: "tiny", data: ["plain"] },
    { shape: { m: 2, n: 3, k: 6, group: 2 }, params: {}, group: "tiny", data: ["plain"] },
    { shape: { m: 7, n: 13, k: 27, group: 3 }, params: {}, group: "odd sizes", data: SMALL },
    { shape: { m: 15, n: 23, k: 495, group: 11 }, params: {}, group: "odd sizes", data: ["plain"] },
    { shape: { m: 63, n: 65, k: 16, group: 4 }, params: {}, group: "around a tile", data: ["plain"] },
    { shape: { m: 64, n: 33, k: 64, group: 32 }, params: {}, group: "around a tile", data: SMALL },
    { shape: { m: 33, n: 31, k: 17, group: 17 }, params: {}, group: "around a tile", data: ["plain"] },
    { shape: { m: 1, n: 131, k: 320, group: 20 }, params: {}, group: "one row", data: ["plain"] },
    { shape: { m: 3, n: 7, k: 8320, group: 128 }, params: {}, group: "long rows", data: SMALL },
    { shape: { m: 65_537, n: 1, k: 6, group: 2 }, params: {}, group: "many rows", data: ["plain"] },
    { shape: { m: 1, n: 65_537, k: 10, group: 5 }, params: {}, group: "many rows", data: ["plain"] },
  ],
  drawShape(random) {
    const group = random.integer(1, 24);
    const k = group * random.integer(2, 20);
    return { shape: { m: random.integer(2, 40), n: random.integer(2, 60), k, group }, params: {} };
  },
  measures: [
    { name: "small", shape: { m: 1, n: 256, k: 512, group: 128 }, params: {} },
    { name: "medium", shape: { m: 32, n: 256, k: 512, group: 64 }, params: {} },
    { name: "large", shape: { m: 64, n: 512, k: 1024, group: 128 }, params: {} },
  ],
  // Sixteen partial sums per output, and two more per activation; no room for unpacked weights.
  scratchLimitBytes: ({ m, n, k }) => 64 * m * n + 8 * m * k,
  flops: ({ m, n, k }) => 2 * m * n * k,
};
