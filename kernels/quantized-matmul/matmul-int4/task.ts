import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { multiple } from "../../../harness/task/constraints.ts";
import { normal, outliers, u4, uniform } from "../../../harness/task/data-library.ts";
import { missingTerms, mistakes } from "../../../harness/task/mistake-library.ts";
import { dot, mul, remembered, repeated, sub } from "../../../reference/bounded.ts";
import unchanged from "../../software/finished-unchanged.wgsl";
import { nibbleOrders } from "../nibble-orders.ts";
import nibbles from "../nibbles.wgsl";
import { softwareProduct } from "../software.ts";
import softwareNibbles from "../software-nibbles.wgsl";
import { tiledOrVector } from "../tiled-or-vector.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import software from "./tuned-software.wgsl";

/** The largest magnitude of an activation. */
const OUTLIER = 300;
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

export const TERM = "sum += a[row * K + i] * (f32(code) - f32(zero)) * scale;";
const ZERO_HINT = "Subtract the group's zero point from the code before scaling: a weight is (w - zero) * scale.";

/** In the plain kernel, where it reads a code and a zero point; and the same for nibbles counted from the beginning. */
const CODE = "w[column * words + i / 8u], 4u * (i % 8u)";
const ZERO = "zeros[column * zero_words + g / 8u], 4u * (g % 8u)";
const nibbleAt = (tensor: string, at: string) => `${tensor}[(${at}) / 8u], 4u * ((${at}) % 8u)`;

const BINDINGS = ["a", "w", "scales", "zeros", "out"];

export default composeTask({
  name: "matmul-int4",
  family: "quantized-matmul",
  title: "Matrix product with 4-bit weights",
  step: { track: "quantisation", level: 3, teaches: "unpacking weights into tiles", questions: [37, 47] },
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
    axes: ["m", "n", "k", "group"],
    checks: [
      ["tiny", [1, 1, 1, 1]],
      ["tiny", [2, 3, 6, 2]],
      ["tiny", [4, 6, 16, 8]],
      ["tiny", [5, 7, 24, 8]],
      ["whole vectors", [1, 132, 40, 8]],
      ["whole vectors", [2, 36, 32, 16]],
      ["whole vectors", [4, 36, 16, 8]],
      ["whole vectors", [13, 40, 80, 40]],
      ["odd sizes", [7, 13, 27, 3], "all"],
      ["odd sizes", [15, 23, 495, 11]],
      ["around a tile", [63, 65, 16, 4]],
      ["around a tile", [64, 33, 64, 32], "all"],
      ["around a tile", [33, 31, 17, 17]],
      ["around a tile", [33, 34, 44, 11]],
      ["one row", [1, 131, 320, 40]],
      ["long rows", [3, 7, 8320, 128], "all"],
      ["many rows", [65_537, 1, 6, 2]],
      ["many rows", [1, 65_537, 10, 5]],
    ],
    draw(random) {
      const group = random.integer(1, 24);
      return [random.integer(2, 40), random.integer(2, 60), group * random.integer(2, 20), group];
    },
    measures: { small: [1, 256, 512, 128], medium: [32, 256, 512, 64], large: [64, 512, 1024, 128] },
  }),
  data: {
    plain: [
      "independent normal activations around 0.3, and weights of every code",
      {
        // A mean that is not zero, so that factors of the sum matter.
        a: normal(0.3, 1),
        w: u4((random) => () => random.integer(0, 15)),
        scales: uniform([0.005, 0.02]),
        // Below the middle of the codes: in long rows, sums that cancel would be within the allowed rounding error.
        zeros: u4((random) => () => random.integer(2, 9)),
      },
    ],
    outliers: [
      "some activations are hundreds of times larger, at every place modulo 256, and often the last one",
      { a: outliers(OUTLIER) },
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
    ...mistakes({
      "signed-codes": [
        "the codes are read as signed numbers from -8 to 7",
        "Extract weights and zero points from a u32, not from an i32: they are unsigned, 0 to 15.",
        ["extractBits(w[column * words + i / 8u]", "extractBits(i32(w[column * words + i / 8u])"],
        ["extractBits(zeros[column * zero_words + g / 8u]", "extractBits(i32(zeros[column * zero_words + g / 8u])"],
      ],
      "zero-point-ignored": ["the zero point is not subtracted", ZERO_HINT, [" - f32(zero)", ""]],
      "zero-point-plus-one": [
        "1 is added to the zero point",
        "Subtract zeros[c,g] itself: GPTQ's first format stored zero points minus one, but this one stores them unchanged.",
        ["f32(zero)", "f32(zero + 1)"],
      ],
      "zero-point-eight": [
        "8 is subtracted from every code instead of its group's zero point",
        ZERO_HINT,
        ["f32(zero)", "8.0"],
      ],
      "zero-point-not-scaled": [
        "the zero point is subtracted after scaling",
        ZERO_HINT,
        ["(f32(code) - f32(zero)) * scale", "(f32(code) * scale - f32(zero))"],
      ],
      "zero-point-once-a-group": [
        "the zero point is subtracted from a group's sum without being multiplied by the sum of its activations",
        "Multiply the zero point by the sum of the group's activations: (sum of a*w - zero * sum of a) * scale.",
        [TERM, "sum += (a[row * K + i] * f32(code) - select(0.0, f32(zero), i % GROUP == 0)) * scale;"],
      ],
      "no-scale": ["the scales are not applied", "Multiply each group's sum by scales[c,g].", [" * scale;", ";"]],
      "first-scale-of-row": [
        "the scale of a row's first group is applied to all its groups",
        "Use scales[c * (K / GROUP) + i / GROUP]: each group of weights along k has its own scale.",
        ["scales[column * groups + g]", "scales[column * groups]"],
      ],
      "first-zero-point-of-row": [
        "the zero point of a row's first group is applied to all its groups",
        "Use zero point i / GROUP of row c: each group of weights along k has its own, eight to a word.",
        [ZERO, "zeros[column * zero_words], 0u"],
      ],
      "scales-transposed": [
        "scales is read as if it were [k/group,n]",
        "Read the scale of group g of row c at c * (K / GROUP) + g: scales is [n,k/group], row-major.",
        ["scales[column * groups + g]", "scales[g * N + column]"],
      ],
      "zero-points-not-padded": [
        "rows of zeros are read as if they had no padding",
        "Start row c at word c * ((K / GROUP + 7) / 8): each row of zeros begins at a new word.",
        [ZERO, nibbleAt("zeros", "column * groups + g")],
      ],
      "rows-not-padded": [
        "rows of w are read as if they had no padding",
        "Start row c at word c * ((K + 7) / 8), not at nibble c * K: each row of w begins at a new word.",
        [CODE, nibbleAt("w", "column * K + i")],
      ],
      "w-transposed": [
        "w is read as if it were [k,n]",
        "Read row c of w for out[r,c]: w is [n,k], row-major, and a row's codes are contiguous.",
        [CODE, nibbleAt("w", "i * N + column")],
      ],
      "out-transposed": [
        "out is written as if it were [n,m]",
        "Write element (r, c) at r * N + c: out is [m,n], row-major.",
        ["out[id.x]", "out[column * M + row]"],
      ],
    }),
    ...missingTerms({ statement: TERM, end: "K", tiles: [4, 8, 16, 32, 64, 128, 256, 512] }),
  ],
  plain: { code: plain, invocationFor: ["m", "n"] },
  tuned: {
    software: softwareProduct([softwareNibbles, software, unchanged].join("\n"), BINDINGS),
    fitsSoftware: ({ group }) => group % 8 === 0,
    hardware: tiledOrVector([tuned, nibbles], plain, BINDINGS),
  },
});
