import type { Mistake } from "../../../harness/task/task.ts";
import type { Shape } from "../../../reference/oracle.ts";
import { NIBBLES_PER_WORD, nibble, rowWords } from "../../../reference/packing.ts";
import { missingTerms } from "../missing-terms.ts";
import { NIBBLE_ORDERS } from "../nibble-orders.ts";

type Names = "m" | "n" | "k" | "group";
type Int4Mistake = Mistake<Names, never>;

/** What a wrong kernel makes of one weight. */
interface Weight {
  readonly code: number;
  readonly zero: number;
  readonly scale: number;
  /** Its place in the row. */
  readonly i: number;
  readonly group: number;
}

/** In what a wrong kernel differs from the right one. */
interface Difference {
  /** Code `i` of row `column` of `w`. */
  readonly code?: (words: ArrayLike<number>, column: number, i: number, shape: Shape<Names>) => number;
  /** Zero point of group `g` of row `column`. */
  readonly zero?: (words: ArrayLike<number>, column: number, g: number, groups: number) => number;
  /** Index of a group's scale. */
  readonly scaleIndex?: (column: number, g: number, n: number, groups: number) => number;
  readonly term?: (a: number, weight: Weight) => number;
  /** How many terms are summed. */
  readonly counted?: (k: number) => number;
  /** Whether element (r, c) is written where (c, r) of an [n,m] matrix is. */
  readonly writesTransposed?: boolean;
}

const packed: NonNullable<Difference["code"]> = (words, column, i, { k }) =>
  nibble(words, column * rowWords(k, NIBBLES_PER_WORD), i);

function product(difference: Difference): Int4Mistake["outputs"] {
  const {
    code = packed,
    zero = (words, column, g, groups) => nibble(words, column * rowWords(groups, NIBBLES_PER_WORD), g),
    scaleIndex = (column, g, _n, groups) => column * groups + g,
    term = (a, weight) => a * (weight.code - weight.zero) * weight.scale,
    counted = (k) => k,
    writesTransposed = false,
  } = difference;
  return ({ shape, inputs }) => {
    const { m, n, k, group } = shape;
    const groups = k / group;
    const out = new Float64Array(m * n);
    for (let row = 0; row < m; row++) {
      for (let column = 0; column < n; column++) {
        let sum = 0;
        for (let i = 0; i < counted(k); i++) {
          const g = Math.floor(i / group);
          sum += term(inputs.a![row * k + i]!, {
            code: code(inputs.w!, column, i, shape),
            zero: zero(inputs.zeros!, column, g, groups),
            scale: inputs.scales![scaleIndex(column, g, n, groups)]!,
            i,
            group,
          });
        }
        out[writesTransposed ? column * m + row : row * n + column] = sum;
      }
    }
    return { out };
  };
}

const ZERO_HINT = "A weight is (w - zero) * scale: subtract its group's zero point from the code before scaling.";

export const mistakes: readonly Int4Mistake[] = [
  ...NIBBLE_ORDERS.map(({ name, about, hint, place }) => ({
    name,
    about,
    hint,
    outputs: product({ code: (words, column, i, shape) => packed(words, column, place(i), shape) }),
  })),
  {
    name: "signed-codes",
    about: "the codes are taken as signed numbers from -8 to 7",
    hint: "Weights and zero points are unsigned, 0 to 15: extract them from a u32, not from an i32.",
    outputs: product({ term: (a, { code, zero, scale }) => a * (signed(code) - signed(zero)) * scale }),
  },
  {
    name: "zero-point-ignored",
    about: "the zero point is not subtracted",
    hint: ZERO_HINT,
    outputs: product({ term: (a, { code, scale }) => a * code * scale }),
  },
  {
    name: "zero-point-plus-one",
    about: "1 is added to the zero point",
    hint: "GPTQ's first format stored zero points less one; this one stores them as they are: subtract zeros[c,g] itself.",
    outputs: product({ term: (a, { code, zero, scale }) => a * (code - zero - 1) * scale }),
  },
  {
    name: "zero-point-eight",
    about: "8 is subtracted from every code instead of its group's zero point",
    hint: ZERO_HINT,
    outputs: product({ term: (a, { code, scale }) => a * (code - 8) * scale }),
  },
  {
    name: "zero-point-not-scaled",
    about: "the zero point is subtracted after scaling",
    hint: ZERO_HINT,
    outputs: product({ term: (a, { code, zero, scale }) => a * (code * scale - zero) }),
  },
  {
    name: "zero-point-once-a-group",
    about: "the zero point is subtracted from a group's sum without being multiplied by the sum of its activations",
    hint: "Taken out of the group's sum, the zero point multiplies the activations: (sum of a*w - zero * sum of a) * scale.",
    outputs: product({
      term: (a, { code, zero, scale, i, group }) => (a * code - (i % group === 0 ? zero : 0)) * scale,
    }),
  },
  {
    name: "no-scale",
    about: "the scales are not applied",
    hint: "Multiply each group's sum by scales[c,g].",
    outputs: product({ term: (a, { code, zero }) => a * (code - zero) }),
  },
  {
    name: "first-scale-of-row",
    about: "the scale of a row's first group is applied to all of its groups",
    hint: "Each group of weights along k has a scale of its own: scales[c * (K / GROUP) + i / GROUP].",
    outputs: product({ scaleIndex: (column, _g, _n, groups) => column * groups }),
  },
  {
    name: "first-zero-point-of-row",
    about: "the zero point of a row's first group is applied to all of its groups",
    hint: "Each group of weights along k has a zero point of its own, eight to a word.",
    outputs: product({ zero: (words, column, _g, groups) => nibble(words, column * rowWords(groups, 8), 0) }),
  },
  {
    name: "scales-transposed",
    about: "scales is read as if it were [k/group,n]",
    hint: "scales is [n,k/group], row-major: the scale of group g of row c is at c * (K / GROUP) + g.",
    outputs: product({ scaleIndex: (column, g, n) => g * n + column }),
  },
  {
    name: "zero-points-not-padded",
    about: "rows of zeros are read as if one followed another without padding",
    hint: "Each row of zeros begins with a new word: row c starts at word c * ((K / GROUP + 7) / 8).",
    outputs: product({ zero: (words, column, g, groups) => nibble(words, 0, column * groups + g) }),
  },
  {
    name: "rows-not-padded",
    about: "rows of w are read as if one followed another without padding",
    hint: "Each row of w begins with a new word: row c starts at word c * ((K + 7) / 8), not at nibble c * K.",
    outputs: product({ code: (words, column, i, { k }) => nibble(words, 0, column * k + i) }),
  },
  {
    name: "w-transposed",
    about: "w is read as if it were [k,n]",
    hint: "w is [n,k], row-major: out[r,c] needs row c of w, whose codes lie next to each other.",
    outputs: product({ code: (words, column, i, { n }) => nibble(words, 0, i * n + column) }),
  },
  {
    name: "out-transposed",
    about: "out is written as if it were [n,m]",
    hint: "out is row-major, [m,n]: element (r, c) is at r * N + c.",
    outputs: product({ writesTransposed: true }),
  },
  ...missingTerms<Names, never>([4, 8, 16, 32, 64, 128, 256, 512], (counted) => product({ counted })),
];

function signed(code: number): number {
  return code < 8 ? code : code - 16;
}
