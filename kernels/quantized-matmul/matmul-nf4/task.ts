import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { multiple } from "../../../harness/task/constraints.ts";
import { endsInTurn, i8, normal, outliers, u4, uniform } from "../../../harness/task/data-library.ts";
import { missingTerms, mistakes } from "../../../harness/task/mistake-library.ts";
import { add, dot, gather, mul, remembered, repeated } from "../../../reference/bounded.ts";
import { nibbleOrders } from "../nibble-orders.ts";
import nibbles from "../nibbles.wgsl";
import { tiledOrVector } from "../tiled-or-vector.ts";
import plain from "./plain.wgsl";
import tuned from "./tuned.wgsl";
import { BINDINGS, scratchLimitBytes, software } from "./tuned-software.ts";

/** The 16 values of NormalFloat4 (Dettmers et al., QLoRA, 2023, appendix E), each exactly an f32. */
export const NF4 = [
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334,
  -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
  0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
];

/** The largest magnitude of an activation. */
const OUTLIER = 300;
/** With an offset of at least 0.1, every absmax is positive. */
const MOST_SCALE = 0.0007;

const SMALL = ["plain", "outliers", "extreme"];

export const TERM = "sum += a[row * K + i] * NF4[code] * block_absmax;";
const OFFSET_HINT = "Compute a block's absmax as absmax_offset[0] + absmax[b] * absmax_scale[b/256].";
const BLOCK_HINT = "Use block (c * K + i) / 64 for weight i of row c: blocks are numbered through all of w.";

export default composeTask({
  name: "matmul-nf4",
  family: "quantized-matmul",
  title: "Matrix product with NF4 weights",
  step: { track: "quantisation", level: 4, teaches: "code books, and scales that are quantized", questions: [36, 47] },
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
\`m = 1\` this is a matrix-vector product, as when a language model generates one token.

For example, with \`m = n = 1\` and \`k = 64\`:

    a        = 2 at i = 3, 0 elsewhere
    w        = code 12 at i = 3, 7 elsewhere: 0x7777c777, 0x77777777, …
    absmax   = 10 for block 0, absmax_scale = [0.0001], absmax_offset = [0.5]
    absmax_b = 0.5 + 10 * 0.0001 = 0.501
    → out    = [[2 * 0.4407 * 0.501]] = [[0.4416]]`,
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
  inputs: {
    a: { dims: ["m", "k"], about: "activations", range: [-OUTLIER, OUTLIER] },
    w: { type: "u4", dims: ["n", "k"], about: "weights as codes, eight to a word" },
    absmax: { type: "i8", dims: ["n*k/64"], about: "quantized absmax of each block, four to a word" },
    absmax_scale: {
      dims: ["ceil(n*k/64/256)"],
      about: "scale of each 256 of them",
      range: [MOST_SCALE / 16, MOST_SCALE],
    },
    absmax_offset: { dims: ["1"], about: "offset added to all of them" },
  },
  outputs: { out: { dims: ["m", "n"], about: "products" } },
  unit: ["m", "n"],
  /**
   * The most roundings of a term `a·(NF4·absmax_offset)` or `a·(NF4·(absmax·absmax_scale))`, without the inner products':
   * the addition in a block's absmax, the product with `a`, and k - 1 additions (Higham, Accuracy and Stability of
   * Numerical Algorithms, 2nd ed., §4.2): k + 1. With both parts of each block's absmax factored out of its sum: a
   * product, 63 additions, and 2·k/64 - 1 of the blocks, which is k + 1 for k = 64 and less above. As the two parts may
   * cancel, the error is relative to the sum of their magnitudes.
   */
  reference: {
    prepare({ w, absmax, absmax_scale, absmax_offset }, { k }) {
      const blocks = k / 64;
      const book = w.exactly(...NF4);
      const partsOf = remembered((column) => {
        const first = column * blocks;
        const indices = Array.from({ length: blocks }, (_, own) => Math.floor((first + own) / 256));
        const scaled = mul(absmax.slice(first, blocks), gather(absmax_scale, indices));
        const values = gather(book, w.slice(column * k, k).values);
        return [mul(values, absmax_offset), mul(values, repeated(scaled, 64))] as const;
      });
      return ({ a }, { n, unit }) => {
        const [offsets, scaled] = partsOf(unit % n);
        return { out: add(dot(a, offsets, k + 1), dot(a, scaled, k + 1)) };
      };
    },
  },
  constraints: [multiple("k", 64)],
  cases: casesOf({
    axes: ["m", "n", "k"],
    checks: [
      ["tiny", [1, 1, 64]],
      ["tiny", [2, 3, 64]],
      ["tiny", [4, 6, 64]],
      ["tiny", [5, 7, 64]],
      ["whole vectors", [1, 132, 64]],
      ["whole vectors", [2, 36, 128]],
      ["whole vectors", [4, 36, 64]],
      ["whole vectors", [18, 40, 192]],
      ["odd sizes", [7, 13, 192], SMALL],
      ["odd sizes", [17, 53, 192]],
      ["around a tile", [65, 63, 64], ["plain", "one-code"]],
      ["around a tile", [64, 33, 128]],
      ["around a tile", [15, 16, 128]],
      ["many blocks", [3, 131, 448], SMALL],
      ["long rows", [3, 5, 8256], SMALL],
      ["many rows", [1, 65_537, 64]],
    ],
    draw: (random) => [random.integer(2, 20), random.integer(2, 60), 64 * random.integer(1, 9)],
    measures: { small: [1, 256, 512], medium: [32, 256, 512], large: [64, 512, 1024] },
  }),
  data: {
    plain: [
      "independent normal activations around 0.3, and weights of every code",
      {
        // A mean that is not zero, so that factors of the sum matter.
        a: normal(0.3, 1),
        // The upper half more often: in long rows, sums that cancel would be within the allowed rounding error.
        w: u4((random) => () => {
          const code = random.integer(0, 63);
          return (code & 15) | (code >= 48 ? 8 : 0);
        }),
        absmax: i8((random) => () => random.integer(-127, 127)),
        absmax_scale: uniform([0.0002, MOST_SCALE]),
        absmax_offset: uniform([0.1, 0.15]),
      },
    ],
    outliers: [
      "some activations are hundreds of times larger, at every place modulo 256, and often the last one",
      { a: outliers(OUTLIER) },
      "ends",
    ],
    "one-code": [
      "every row of w holds a single code, so that each value of the code book matters",
      { w: u4(() => (column) => column % 16) },
    ],
    extreme: [
      "most codes are the first, the last or the middle ones, and quantized absmax -128 or 127",
      {
        w: u4((random) => () => random.pick([0, 7, 8, 15, 15, random.integer(0, 15)])),
        absmax: i8((random) => () => random.pick([-128, 127])),
        absmax_scale: endsInTurn,
      },
      "ends",
    ],
  },
  // Sixteen partial sums per output, two more per activation, and each block's absmax; no room for unpacked weights.
  scratchLimitBytes,
  flops: ({ m, n, k }) => 2 * m * n * k,
  mistakes: [
    ...nibbleOrders,
    ...mistakes({
      "linear-code-book": [
        "the sixteen codes are read as evenly spaced from -1 to 1",
        "Look each code up in the statement's table: NF4's values are not evenly spaced.",
        ["NF4[code]", "(f32(code) / 7.5 - 1.0)"],
      ],
      "signed-codes": [
        "the codes are read as signed numbers, -8 to 7, before they are looked up",
        "Extract codes from a u32, not from an i32, and use them as an index: they are unsigned, 0 to 15.",
        ["NF4[code]", "NF4[(code + 8) % 16]"],
      ],
      "mirrored-code-book": [
        "NF4's values are assumed symmetric around zero",
        "Look each code up in the statement's table: NF4's eight positive values do not mirror its seven negative ones.",
        ["NF4[code]", "select(NF4[code], -NF4[15 - code], code >= 8)"],
      ],
      "absmax-unsigned": [
        "the bytes of absmax are read as numbers from 0 to 255",
        "Use extractBits(i32(word), 8 * j, 8), which extends the sign: absmax is signed.",
        ["f32(byte)", "f32(byte & 255)"],
      ],
      "no-absmax-offset": ["absmax_offset is not added", OFFSET_HINT, ["absmax_offset[0] + ", ""]],
      "no-absmax-scale": [
        "absmax is not multiplied by absmax_scale",
        OFFSET_HINT,
        [" * absmax_scale[block / 256u]", ""],
      ],
      "offset-scaled": [
        "absmax_offset is added before the product with absmax_scale instead of after it",
        OFFSET_HINT,
        ["absmax_offset[0] + f32(byte)", "(absmax_offset[0] + f32(byte))"],
      ],
      "absmax-over-127": [
        "absmax is divided by 127 as well as multiplied by absmax_scale",
        `Do not divide by 127: absmax_scale already is the step between two values of absmax. ${OFFSET_HINT}`,
        ["f32(byte)", "f32(byte) / 127.0"],
      ],
      "absmax-of-first-row": [
        "the block number does not depend on the row of w: all rows get the first row's absmax",
        BLOCK_HINT,
        ["column * (K / 64u) + own", "own"],
      ],
      "absmax-bytes-reversed": [
        "the four bytes of each word of absmax are read in the wrong order, highest first",
        "Read byte b of absmax from bits 8*(b%4) to 8*(b%4)+7 of word b/4: the first is in the lowest eight bits.",
        ["8u * (block % 4u)", "8u * (3u - block % 4u)"],
      ],
      "absmax-scale-counted-in-rows": [
        "the index of absmax_scale does not depend on the row of w, as in absmax_scale[0] or with the block's number in its row",
        `Use the same b in absmax_scale[b/256] as in absmax[b]. ${BLOCK_HINT}`,
        ["absmax_scale[block / 256u]", "absmax_scale[own / 256u]"],
      ],
      "w-transposed": [
        "w is read as if it were [k,n]",
        "Read row c of w for out[r,c]: w is [n,k], row-major, and a row's codes are contiguous.",
        ["w[column * (K / 8u) + i / 8u], 4u * (i % 8u)", "w[(i * N + column) / 8u], 4u * ((i * N + column) % 8u)"],
      ],
      "out-transposed": [
        "out is written as if it were [n,m]",
        "Write element (r, c) at r * N + c: out is [m,n], row-major.",
        ["out[id.x]", "out[column * M + row]"],
      ],
    }),
    ...missingTerms({ statement: TERM, end: "K", tiles: [128, 256, 512] }),
  ],
  plain: { code: plain, invocationFor: ["m", "n"] },
  tuned: {
    software,
    hardware: tiledOrVector([tuned, nibbles], plain, BINDINGS),
  },
});
