import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { multiple } from "../../../harness/task/constraints.ts";
import { u4, uniform } from "../../../harness/task/data-library.ts";
import { missingTerms } from "../../../harness/task/mistake-library.ts";
import { dot, mul, remembered, repeated, sub } from "../../../reference/bounded.ts";
import { normalActivations, OUTLIER, outlierActivations } from "../data.ts";
import { nibbleOrders } from "../nibble-orders.ts";
import plain from "./plain.wgsl";
import { tuned } from "./tuned.ts";

const [LEAST_SCALE, MOST_SCALE] = [2 ** -11, 2 ** -3];

/**
 * The most roundings of a term `a·(w·scale)` or `a·(zero·scale)`, without the inner product's. By Higham (Accuracy and
 * Stability of Numerical Algorithms, 2nd ed., §4.2), a sum of t terms in any order rounds each at most t - 1 times.
 *
 * - `(w - zero)` is exact; `a·((w - zero)·scale)`: a product and k - 1 additions.
 * - `a·(w·scale - zero·scale)`: the subtraction, a product, k - 1 additions.
 * - `(Σ a·w - zero·Σ a)·scale` for each group: a product, group - 1 additions, the subtraction, k/group - 1 additions.
 * - The same, but both parts of a group added to one running sum: a product, group - 1 additions, 2·k/group - 1
 *   additions.
 *
 * The terms `a·w` and `a·zero` cancel: the error is relative to the sum of all their magnitudes.
 */
function roundingsOf(k: number, group: number): number {
  return Math.max(k + 1, group + (2 * k) / group - 1);
}

const TERM = "sum += a[row * K + i] * (f32(code) - f32(zero)) * scale;";
const ZERO_HINT = "Subtract the group's zero point from the code before scaling: a weight is (w - zero) * scale.";

/** In the plain kernel, where it reads a code and a zero point; and the same for nibbles counted from the beginning. */
const CODE = "w[column * words + i / 8u], 4u * (i % 8u)";
const ZERO = "zeros[column * zero_words + g / 8u], 4u * (g % 8u)";
const nibbleAt = (tensor: string, at: string) => `${tensor}[(${at}) / 8u], 4u * ((${at}) % 8u)`;

export default composeTask({
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
  example: {
    shape: { m: 1, n: 2, k: 4, group: 2 },
    params: {},
    inputs: { a: [1, 2, 3, 4], w: [0, 15, 7, 8, 9, 1, 2, 3], scales: [0.125, 0.0625, 0.1, 0.01], zeros: [8, 7, 0, 15] },
  },
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
  inputs: {
    a: { dims: ["m", "k"], about: "activations", range: [-OUTLIER, OUTLIER] },
    w: { type: "u4", dims: ["n", "k"], about: "weights, eight unsigned numbers to a word" },
    scales: { dims: ["n", "k/group"], about: "scale of each group", range: [LEAST_SCALE, MOST_SCALE] },
    zeros: { type: "u4", dims: ["n", "k/group"], about: "zero point of each group, eight to a word" },
  },
  outputs: { out: { dims: ["m", "n"], about: "products" } },
  unit: ["m", "n"],
  reference: {
    prepare({ w, scales, zeros }, { k, group }) {
      const roundings = roundingsOf(k, group);
      const partsOf = remembered((column) => {
        const [first, groups] = [column * (k / group), k / group];
        const scale = repeated(scales.slice(first, groups), group);
        const zero = repeated(zeros.slice(first, groups), group);
        return [mul(w.slice(column * k, k), scale), mul(zero, scale)] as const;
      });
      return ({ a }, { n, unit }) => {
        const [weights, zeroPoints] = partsOf(unit % n);
        return { out: sub(dot(a, weights, roundings), dot(a, zeroPoints, roundings)) };
      };
    },
  },
  constraints: [multiple("k", "group")],
  cases: casesOf({
    checks: [
      { group: "tiny", shape: { m: 1, n: 1, k: 1, group: 1 }, data: "plain" },
      { group: "tiny", shape: { m: 2, n: 3, k: 6, group: 2 }, data: "plain" },
      { group: "odd sizes", shape: { m: 7, n: 13, k: 27, group: 3 }, data: "all" },
      { group: "odd sizes", shape: { m: 15, n: 23, k: 495, group: 11 }, data: "plain" },
      { group: "around a tile", shape: { m: 63, n: 65, k: 16, group: 4 }, data: "plain" },
      { group: "around a tile", shape: { m: 64, n: 33, k: 64, group: 32 }, data: "all" },
      { group: "around a tile", shape: { m: 33, n: 31, k: 17, group: 17 }, data: "plain" },
      { group: "one row", shape: { m: 1, n: 131, k: 320, group: 20 }, data: "plain" },
      { group: "long rows", shape: { m: 3, n: 7, k: 8320, group: 128 }, data: "all" },
      { group: "many rows", shape: { m: 65_537, n: 1, k: 6, group: 2 }, data: "plain" },
      { group: "many rows", shape: { m: 1, n: 65_537, k: 10, group: 5 }, data: "plain" },
    ],
    draw(random) {
      const group = random.integer(1, 24);
      const k = group * random.integer(2, 20);
      return { m: random.integer(2, 40), n: random.integer(2, 60), k, group };
    },
    measures: [
      { m: 1, n: 256, k: 512, group: 128 },
      { m: 32, n: 256, k: 512, group: 64 },
      { m: 64, n: 512, k: 1024, group: 128 },
    ],
  }),
  data: {
    plain: [
      "independent normal activations around 0.3, and weights of every code",
      {
        a: normalActivations,
        w: u4((random) => () => random.integer(0, 15)),
        scales: uniform([0.005, 0.02]),
        // Below the middle of the codes: in long rows, sums that cancel would be within the allowed rounding error.
        zeros: u4((random) => () => random.integer(2, 9)),
      },
    ],
    outliers: [
      "some activations are hundreds of times larger, at every place modulo 256, and often the last one",
      { a: outlierActivations },
      "ends",
    ],
    uneven: [
      "scales differ 256-fold from group to group; many codes and all zero points are 0 or 15",
      {
        w: u4((random) => () => random.pick([0, 15, random.integer(1, 14)])),
        scales: (random, { rows, cols }) =>
          random.f32(rows * cols, () =>
            random.pick([LEAST_SCALE, MOST_SCALE, LEAST_SCALE * 2 ** random.uniform(0, 8)]),
          ),
        zeros: u4((random) => () => random.pick([0, 0, 15])),
      },
      "ends",
    ],
  },
  // Sixteen partial sums per output, and two more per activation; no room for unpacked weights.
  scratchLimitBytes: ({ m, n, k }) => 64 * m * n + 8 * m * k,
  flops: ({ m, n, k }) => 2 * m * n * k,
  mistakes: [
    ...nibbleOrders,
    {
      name: "signed-codes",
      about: "the codes are read as signed numbers from -8 to 7",
      hint: "Extract weights and zero points from a u32, not from an i32: they are unsigned, 0 to 15.",
      edits: [
        ["extractBits(w[column * words + i / 8u]", "extractBits(i32(w[column * words + i / 8u])"],
        ["extractBits(zeros[column * zero_words + g / 8u]", "extractBits(i32(zeros[column * zero_words + g / 8u])"],
      ],
    },
    {
      name: "zero-point-ignored",
      about: "the zero point is not subtracted",
      hint: ZERO_HINT,
      edits: [[" - f32(zero)", ""]],
    },
    {
      name: "zero-point-plus-one",
      about: "1 is added to the zero point",
      hint: "Subtract zeros[c,g] itself: GPTQ's first format stored zero points minus one, but this one stores them unchanged.",
      edits: [["f32(zero)", "f32(zero + 1)"]],
    },
    {
      name: "zero-point-eight",
      about: "8 is subtracted from every code instead of its group's zero point",
      hint: ZERO_HINT,
      edits: [["f32(zero)", "8.0"]],
    },
    {
      name: "zero-point-not-scaled",
      about: "the zero point is subtracted after scaling",
      hint: ZERO_HINT,
      edits: [["(f32(code) - f32(zero)) * scale", "(f32(code) * scale - f32(zero))"]],
    },
    {
      name: "zero-point-once-a-group",
      about: "the zero point is subtracted from a group's sum without being multiplied by the sum of its activations",
      hint: "Multiply the zero point by the sum of the group's activations: (sum of a*w - zero * sum of a) * scale.",
      edits: [[TERM, "sum += (a[row * K + i] * f32(code) - select(0.0, f32(zero), i % GROUP == 0)) * scale;"]],
    },
    {
      name: "no-scale",
      about: "the scales are not applied",
      hint: "Multiply each group's sum by scales[c,g].",
      edits: [[" * scale;", ";"]],
    },
    {
      name: "first-scale-of-row",
      about: "the scale of a row's first group is applied to all its groups",
      hint: "Use scales[c * (K / GROUP) + i / GROUP]: each group of weights along k has its own scale.",
      edits: [["scales[column * groups + g]", "scales[column * groups]"]],
    },
    {
      name: "first-zero-point-of-row",
      about: "the zero point of a row's first group is applied to all its groups",
      hint: "Use zero point i / GROUP of row c: each group of weights along k has its own, eight to a word.",
      edits: [[ZERO, "zeros[column * zero_words], 0u"]],
    },
    {
      name: "scales-transposed",
      about: "scales is read as if it were [k/group,n]",
      hint: "Read the scale of group g of row c at c * (K / GROUP) + g: scales is [n,k/group], row-major.",
      edits: [["scales[column * groups + g]", "scales[g * N + column]"]],
    },
    {
      name: "zero-points-not-padded",
      about: "rows of zeros are read as if they had no padding",
      hint: "Start row c at word c * ((K / GROUP + 7) / 8): each row of zeros begins at a new word.",
      edits: [[ZERO, nibbleAt("zeros", "column * groups + g")]],
    },
    {
      name: "rows-not-padded",
      about: "rows of w are read as if they had no padding",
      hint: "Start row c at word c * ((K + 7) / 8), not at nibble c * K: each row of w begins at a new word.",
      edits: [[CODE, nibbleAt("w", "column * K + i")]],
    },
    {
      name: "w-transposed",
      about: "w is read as if it were [k,n]",
      hint: "Read row c of w for out[r,c]: w is [n,k], row-major, and a row's codes are contiguous.",
      edits: [[CODE, nibbleAt("w", "i * N + column")]],
    },
    {
      name: "out-transposed",
      about: "out is written as if it were [n,m]",
      hint: "Write element (r, c) at r * N + c: out is [m,n], row-major.",
      edits: [["out[id.x]", "out[column * M + row]"]],
    },
    ...missingTerms({ statement: TERM, index: "i", end: "K", tiles: [4, 8, 16, 32, 64, 128, 256, 512] }),
  ],
  plain: { code: plain, invocationFor: ["m", "n"] },
  tuned,
});
