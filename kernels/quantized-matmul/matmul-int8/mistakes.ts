import type { Mistake } from "../../../harness/task/task.ts";
import type { Problem } from "../../../reference/oracle.ts";
import { BYTES_PER_WORD, rowWords, signedByte } from "../../../reference/packing.ts";
import { missingTerms } from "../missing-terms.ts";

type Names = "m" | "n" | "k";
type Int8Mistake = Mistake<Names, never>;

/** The steps in which a wrong kernel differs from the correct one. */
interface Difference {
  /** Code `i` of a row of `a` or `b`. */
  readonly code?: (words: ArrayLike<number>, row: number, i: number, k: number) => number;
  /** The same, for `b` alone. */
  readonly bCode?: (
    words: ArrayLike<number>,
    column: number,
    i: number,
    shape: Problem<Names, never>["shape"],
  ) => number;
  /** Number of terms summed. */
  readonly counted?: (k: number) => number;
  /** Rounding of each partial sum. */
  readonly round?: (sum: number) => number;
  readonly scale?: (aScale: ArrayLike<number>, bScale: ArrayLike<number>, row: number, column: number) => number;
  /** Whether element (r, c) is written to the place of (c, r) in an [n,m] matrix. */
  readonly writesTransposed?: boolean;
}

const packedCode: NonNullable<Difference["code"]> = (words, row, i, k) =>
  signedByte(words, row * rowWords(k, BYTES_PER_WORD), i);

function product(difference: Difference): Int8Mistake["outputs"] {
  const { code = packedCode, counted = (k) => k, round = (sum) => sum, writesTransposed = false } = difference;
  const bCode = difference.bCode ?? ((words, column, i, { k }) => code(words, column, i, k));
  const scale = difference.scale ?? ((aScale, bScale, row, column) => aScale[row]! * bScale[column]!);
  return ({ shape, inputs }) => {
    const { m, n, k } = shape;
    const out = new Float64Array(m * n);
    for (let row = 0; row < m; row++) {
      for (let column = 0; column < n; column++) {
        let sum = 0;
        for (let i = 0; i < counted(k); i++) {
          sum = round(sum + code(inputs.a!, row, i, k) * bCode(inputs.b!, column, i, shape));
        }
        const place = writesTransposed ? column * m + row : row * n + column;
        out[place] = sum * scale(inputs.a_scale!, inputs.b_scale!, row, column);
      }
    }
    return { out };
  };
}

export const mistakes: readonly Int8Mistake[] = [
  {
    name: "unsigned-codes",
    about: "the bytes are read as numbers from 0 to 255",
    hint: "Use extractBits(i32(word), 8 * j, 8), or shift the byte to the top of an i32 and back: the codes are signed.",
    outputs: product({ code: (words, row, i, k) => packedCode(words, row, i, k) & 255 }),
  },
  {
    name: "summed-in-f32",
    about: "the products are added in f32 instead of in i32",
    hint: "Add the products in an i32, and convert the sum once, at the end: an f32 holds all integers only up to 2^24.",
    outputs: product({ round: Math.fround }),
  },
  {
    name: "no-a-scale",
    about: "a_scale is not applied",
    hint: "Multiply by a_scale[r] of the output's row as well as by b_scale[c].",
    outputs: product({ scale: (_aScale, bScale, _row, column) => bScale[column]! }),
  },
  {
    name: "no-b-scale",
    about: "b_scale is not applied",
    hint: "Multiply by b_scale[c] of the output's column as well as by a_scale[r].",
    outputs: product({ scale: (aScale, _bScale, row) => aScale[row]! }),
  },
  {
    name: "first-a-scale-everywhere",
    about: "a_scale[0] is applied to every row",
    hint: "Use a_scale[r]: each row of a has its own scale.",
    outputs: product({ scale: (aScale, bScale, _row, column) => aScale[0]! * bScale[column]! }),
  },
  {
    name: "first-b-scale-everywhere",
    about: "b_scale[0] is applied to every column",
    hint: "Use b_scale[c]: each row of b, a column of out, has its own scale.",
    outputs: product({ scale: (aScale, bScale, row) => aScale[row]! * bScale[0]! }),
  },
  {
    name: "rows-not-padded",
    about: "rows of a and b are read as if they had no padding",
    hint: "Start row r at word r * ((K + 3) / 4), not at byte r * K: each packed row begins at a new word.",
    outputs: product({ code: (words, row, i, k) => signedByte(words, 0, row * k + i) }),
  },
  {
    name: "b-transposed",
    about: "b is read as if it were [k,n]",
    hint: "Read row c of b for out[r,c]: b is [n,k], row-major, and a row's bytes are contiguous.",
    outputs: product({ bCode: (words, column, i, { n }) => signedByte(words, 0, i * n + column) }),
  },
  {
    name: "out-transposed",
    about: "out is written as if it were [n,m]",
    hint: "Write element (r, c) at r * N + c: out is [m,n], row-major.",
    outputs: product({ writesTransposed: true }),
  },
  ...missingTerms<Names, never>([4, 8, 16, 32, 64, 128, 256, 512], (counted) => product({ counted })),
];
