import type { Mistake } from "../../../harness/task/task.ts";
import type { Problem } from "../../../reference/oracle.ts";
import { BYTES_PER_WORD, rowWords, signedByte } from "../../../reference/packing.ts";
import { missingTerms } from "../missing-terms.ts";

type Names = "m" | "n" | "k";
type Int8Mistake = Mistake<Names, never>;

/** In what a wrong kernel differs from the right one. */
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
  /** How many terms are summed. */
  readonly counted?: (k: number) => number;
  /** What each partial sum is rounded to. */
  readonly round?: (sum: number) => number;
  readonly scale?: (aScale: ArrayLike<number>, bScale: ArrayLike<number>, row: number, column: number) => number;
  /** Whether element (r, c) is written where (c, r) of an [n,m] matrix is. */
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
    about: "the bytes are taken as numbers from 0 to 255",
    hint: "The codes are signed: shift the byte to the top of an i32 and back, or use extractBits(i32(word), 8 * j, 8).",
    outputs: product({ code: (words, row, i, k) => packedCode(words, row, i, k) & 255 }),
  },
  {
    name: "summed-in-f32",
    about: "the products are added in f32 instead of in i32",
    hint: "An f32 holds whole numbers only up to 2^24. Add the products in an i32, and convert the sum once, at the end.",
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
    hint: "a has a scale for each row: use a_scale[r].",
    outputs: product({ scale: (aScale, bScale, _row, column) => aScale[0]! * bScale[column]! }),
  },
  {
    name: "first-b-scale-everywhere",
    about: "b_scale[0] is applied to every column",
    hint: "b has a scale for each of its rows, which are columns of out: use b_scale[c].",
    outputs: product({ scale: (aScale, bScale, row) => aScale[row]! * bScale[0]! }),
  },
  {
    name: "rows-not-padded",
    about: "rows of a and b are read as if one followed another without padding",
    hint: "Each packed row begins with a new word: row r starts at word r * ((K + 3) / 4), not at byte r * K.",
    outputs: product({ code: (words, row, i, k) => signedByte(words, 0, row * k + i) }),
  },
  {
    name: "b-transposed",
    about: "b is read as if it were [k,n]",
    hint: "b is [n,k], row-major: out[r,c] needs row c of b, whose bytes lie next to each other.",
    outputs: product({ bCode: (words, column, i, { n }) => signedByte(words, 0, i * n + column) }),
  },
  {
    name: "out-transposed",
    about: "out is written as if it were [n,m]",
    hint: "out is row-major, [m,n]: element (r, c) is at r * N + c.",
    outputs: product({ writesTransposed: true }),
  },
  ...missingTerms<Names, never>([4, 8, 16, 32, 64, 128, 256, 512], (counted) => product({ counted })),
];
