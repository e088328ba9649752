import { finite, multiple } from "../../../harness/task/constraints.ts";
import type { TaskSpec } from "../../../harness/task/task.ts";
import { nibbles, signedBytes } from "../../../reference/packing.ts";
import { OUTLIER } from "../activations.ts";
import { LEAST_SCALE, MOST_SCALE } from "./data.ts";

const SMALL = ["plain", "outliers", "extreme"];

export const spec: TaskSpec<"m" | "n" | "k", never> = {
  name: "matmul-nf4",
  family: "quantized-matmul",
  title: "Matrix product with NF4 weights",
  statement: `Multiply activations by weights in QLoRA's NormalFloat4 format, whose scales are quantized too:

    out[r,c]  = sum over i of a[r,i] * NF4[w[c,i]] * absmax_b,   b = (c*k + i) / 64
    absmax_b  = absmax_offset[0] + absmax[b] * absmax_scale[b/256]

\`w\` holds 4-bit codes, eight packed into each word: element \`i\` of a row is bits \`4*(i%8)\` to \`4*(i%8) + 3\` of its
word \`i/8\`. (bitsandbytes puts the first code of a byte in its high half; this format puts it in the low one.) \`k\` is a
multiple of 64, so a row of \`w\` has \`k/8\` words. The codes have these values:

    0: -1                    4: -0.28444138169288635    8: 0.07958029955625534    12: 0.44070982933044434
    1: -0.6961928009986877   5: -0.18477343022823334    9: 0.16093020141124725    13: 0.5626170039176941
    2: -0.5250730514526367   6: -0.09105003625154495   10: 0.24611230194568634    14: 0.7229568362236023
    3: -0.39491748809814453  7: 0                      11: 0.33791524171829224    15: 1

Blocks of 64 weights are numbered through all of \`w\`, row after row. \`absmax\` has one signed byte per block, four
to a word, all blocks in one row without gaps: byte \`b\` is bits \`8*(b%4)\` to \`8*(b%4) + 7\` of word \`b/4\`, in two's
complement. Every 256 blocks share an entry of \`absmax_scale\`. Unpacking the weights is part of the timed work. With
\`m = 1\` this is a matrix-vector product, as when a language model generates one token.`,
  hints: [
    "Use extractBits(word, 4 * j, 4) for code j of a word, and extractBits(i32(word), 8 * j, 8) for byte j with its sign.",
    "Start row c at block c * (K / 64): block numbers depend on the row, for absmax_scale too.",
    "Factor a block's absmax out of its sum: it is then computed only once per 64 weights.",
    "Try a copy of the code book in workgroup memory: a constant array indexed by a code may be in slow memory.",
    "Let a workgroup compute a square tile of out: unpack the weights that it needs once, into workgroup memory.",
    "With m = 1, let a workgroup stride through a row of w together and add as a tree: each weight is read only once anyway.",
  ],
  shape: {
    m: "rows of a and of out",
    n: "rows of w, columns of out",
    k: "elements in a row of a or w, a multiple of 64",
  },
  params: {},
  inputs: [
    { name: "a", type: "f32", dims: ["m", "k"], about: "activations" },
    { name: "w", type: "u4", dims: ["n", "k"], about: "weights as codes, eight to a word" },
    { name: "absmax", type: "i8", dims: ["n*k/64"], about: "quantized absmax of each block, four to a word" },
    { name: "absmax_scale", type: "f32", dims: ["ceil(n*k/64/256)"], about: "scale of each 256 of them" },
    { name: "absmax_offset", type: "f32", dims: ["1"], about: "offset added to all of them" },
  ],
  outputs: [{ name: "out", type: "f32", dims: ["m", "n"], about: "products" }],
  ranges: [
    { of: "`a`", least: -OUTLIER, most: OUTLIER, values: ({ inputs }) => inputs.a! },
    { of: "`w`", least: 0, most: 15, values: ({ inputs }) => nibbles(inputs.w!) },
    { of: "`absmax`", least: -128, most: 127, values: ({ inputs }) => signedBytes(inputs.absmax!) },
    { of: "`absmax_scale`", least: LEAST_SCALE, most: MOST_SCALE, values: ({ inputs }) => inputs.absmax_scale! },
  ],
  constraints: [multiple("k", 64), finite],
  checks: [
    { shape: { m: 1, n: 1, k: 64 }, params: {}, group: "tiny", data: ["plain"] },
    { shape: { m: 2, n: 3, k: 64 }, params: {}, group: "tiny", data: ["plain"] },
    { shape: { m: 7, n: 13, k: 192 }, params: {}, group: "odd sizes", data: SMALL },
    { shape: { m: 17, n: 53, k: 192 }, params: {}, group: "odd sizes", data: ["plain"] },
    { shape: { m: 65, n: 63, k: 64 }, params: {}, group: "around a tile", data: ["plain", "one-code"] },
    { shape: { m: 64, n: 33, k: 128 }, params: {}, group: "around a tile", data: ["plain"] },
    { shape: { m: 15, n: 16, k: 128 }, params: {}, group: "around a tile", data: ["plain"] },
    { shape: { m: 3, n: 131, k: 448 }, params: {}, group: "many blocks", data: SMALL },
    { shape: { m: 3, n: 5, k: 8256 }, params: {}, group: "long rows", data: SMALL },
    { shape: { m: 1, n: 65_537, k: 64 }, params: {}, group: "many rows", data: ["plain"] },
  ],
  drawShape: (random) => ({
    shape: { m: random.integer(2, 20), n: random.integer(2, 60), k: 64 * random.integer(1, 9) },
    params: {},
  }),
  measures: [
    { name: "small", shape: { m: 1, n: 256, k: 512 }, params: {} },
    { name: "medium", shape: { m: 32, n: 256, k: 512 }, params: {} },
    { name: "large", shape: { m: 64, n: 512, k: 1024 }, params: {} },
  ],
  // Sixteen partial sums per output, two more per activation, and each block's absmax; no room for unpacked weights.
  scratchLimitBytes: ({ m, n, k }) => 64 * m * n + 8 * m * k + (4 * n * k) / 64,
  flops: ({ m, n, k }) => 2 * m * n * k,
};
