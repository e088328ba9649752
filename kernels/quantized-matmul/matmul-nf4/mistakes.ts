import type { Mistake } from "../../../harness/task/task.ts";
import type { Shape } from "../../../reference/oracle.ts";
import { NIBBLES_PER_WORD, nibble, rowWords, signedByte } from "../../../reference/packing.ts";
import { NF4 } from "../../../reference/quantized-matmul.ts";
import { missingTerms } from "../missing-terms.ts";
import { NIBBLE_ORDERS } from "../nibble-orders.ts";

type Names = "m" | "n" | "k";
type Nf4Mistake = Mistake<Names, never>;

/** Two ways to count a block. */
interface Block {
  /** Its index in its row. */
  readonly own: number;
  /** Its index in all of `w`. */
  readonly flat: number;
}

/** The steps in which a wrong kernel differs from the correct one. */
interface Difference {
  /** Code `i` of row `column` of `w`. */
  readonly code?: (words: ArrayLike<number>, column: number, i: number, shape: Shape<Names>) => number;
  /** The value of a code. */
  readonly value?: (code: number) => number;
  /** Index of a block's byte of `absmax`. */
  readonly byteIndex?: (block: Block) => number;
  /** Index of a block's entry of `absmax_scale`. */
  readonly scaleIndex?: (block: Block) => number;
  readonly absmax?: (byte: number, scale: number, offset: number) => number;
  /** Number of terms summed. */
  readonly counted?: (k: number) => number;
  /** Whether element (r, c) is written to the place of (c, r) in an [n,m] matrix. */
  readonly writesTransposed?: boolean;
}

const packed: NonNullable<Difference["code"]> = (words, column, i, { k }) =>
  nibble(words, column * rowWords(k, NIBBLES_PER_WORD), i);

function product(difference: Difference): Nf4Mistake["outputs"] {
  const {
    code = packed,
    value = (code) => NF4[code]!,
    byteIndex = ({ flat }) => flat,
    scaleIndex = ({ flat }) => Math.floor(flat / 256),
    absmax = (byte, scale, offset) => offset + byte * scale,
    counted = (k) => k,
    writesTransposed = false,
  } = difference;
  return ({ shape, inputs }) => {
    const { m, n, k } = shape;
    const out = new Float64Array(m * n);
    for (let column = 0; column < n; column++) {
      const weights = new Float64Array(k);
      for (let i = 0; i < counted(k); i++) {
        const own = Math.floor(i / 64);
        const block = { own, flat: column * (k / 64) + own };
        const byte = signedByte(inputs.absmax!, 0, byteIndex(block));
        const scale = inputs.absmax_scale![scaleIndex(block)]!;
        weights[i] = value(code(inputs.w!, column, i, shape)) * absmax(byte, scale, inputs.absmax_offset![0]!);
      }
      for (let row = 0; row < m; row++) {
        let sum = 0;
        for (let i = 0; i < k; i++) sum += inputs.a![row * k + i]! * weights[i]!;
        out[writesTransposed ? column * m + row : row * n + column] = sum;
      }
    }
    return { out };
  };
}

const OFFSET_HINT = "Compute a block's absmax as absmax_offset[0] + absmax[b] * absmax_scale[b/256].";
const BLOCK_HINT = "Use block (c * K + i) / 64 for weight i of row c: blocks are numbered through all of w.";

export const mistakes: readonly Nf4Mistake[] = [
  ...NIBBLE_ORDERS.map(({ name, about, hint, place }) => ({
    name,
    about,
    hint,
    outputs: product({ code: (words, column, i, shape) => packed(words, column, place(i), shape) }),
  })),
  {
    name: "linear-code-book",
    about: "the sixteen codes are read as evenly spaced from -1 to 1",
    hint: "Look each code up in the statement's table: NF4's values are not evenly spaced.",
    outputs: product({ value: (code) => code / 7.5 - 1 }),
  },
  {
    name: "signed-codes",
    about: "the codes are read as signed numbers, -8 to 7, before they are looked up",
    hint: "Extract codes from a u32, not from an i32, and use them as an index: they are unsigned, 0 to 15.",
    outputs: product({ value: (code) => NF4[(code + 8) % 16]! }),
  },
  {
    name: "mirrored-code-book",
    about: "NF4's values are assumed symmetric around zero",
    hint: "Look each code up in the statement's table: NF4's eight positive values do not mirror its seven negative ones.",
    outputs: product({ value: (code) => (code < 8 ? NF4[code]! : -NF4[15 - code]!) }),
  },
  {
    name: "absmax-unsigned",
    about: "the bytes of absmax are read as numbers from 0 to 255",
    hint: "Use extractBits(i32(word), 8 * j, 8), which extends the sign: absmax is signed.",
    outputs: product({ absmax: (byte, scale, offset) => offset + (byte & 255) * scale }),
  },
  {
    name: "no-absmax-offset",
    about: "absmax_offset is not added",
    hint: OFFSET_HINT,
    outputs: product({ absmax: (byte, scale) => byte * scale }),
  },
  {
    name: "no-absmax-scale",
    about: "absmax is not multiplied by absmax_scale",
    hint: OFFSET_HINT,
    outputs: product({ absmax: (byte, _scale, offset) => offset + byte }),
  },
  {
    name: "offset-scaled",
    about: "absmax_offset is added before the product with absmax_scale instead of after it",
    hint: OFFSET_HINT,
    outputs: product({ absmax: (byte, scale, offset) => (offset + byte) * scale }),
  },
  {
    name: "absmax-over-127",
    about: "absmax is divided by 127 as well as multiplied by absmax_scale",
    hint: `Do not divide by 127: absmax_scale already is the step between two values of absmax. ${OFFSET_HINT}`,
    outputs: product({ absmax: (byte, scale, offset) => offset + (byte / 127) * scale }),
  },
  {
    name: "absmax-of-first-row",
    about: "the block number does not depend on the row of w: all rows get the first row's absmax",
    hint: BLOCK_HINT,
    outputs: product({ byteIndex: ({ own }) => own, scaleIndex: ({ own }) => Math.floor(own / 256) }),
  },
  {
    name: "absmax-bytes-reversed",
    about: "the four bytes of each word of absmax are read in the wrong order, highest first",
    hint: "Read byte b of absmax from bits 8*(b%4) to 8*(b%4)+7 of word b/4: the first is in the lowest eight bits.",
    outputs: product({ byteIndex: ({ flat }) => flat ^ 3 }),
  },
  {
    name: "absmax-scale-counted-in-rows",
    about:
      "the index of absmax_scale does not depend on the row of w, as in absmax_scale[0] or with the block's number in its row",
    hint: `Use the same b in absmax_scale[b/256] as in absmax[b]. ${BLOCK_HINT}`,
    outputs: product({ scaleIndex: ({ own }) => Math.floor(own / 256) }),
  },
  {
    name: "w-transposed",
    about: "w is read as if it were [k,n]",
    hint: "Read row c of w for out[r,c]: w is [n,k], row-major, and a row's codes are contiguous.",
    outputs: product({ code: (words, column, i, { n }) => nibble(words, 0, i * n + column) }),
  },
  {
    name: "out-transposed",
    about: "out is written as if it were [n,m]",
    hint: "Write element (r, c) at r * N + c: out is [m,n], row-major.",
    outputs: product({ writesTransposed: true }),
  },
  ...missingTerms<Names, never>([128, 256, 512], (counted) => product({ counted })),
];
