import type { Mistake } from "../../../harness/task/task.ts";
import type { Shape } from "../../../reference/oracle.ts";
import { NIBBLES_PER_WORD, nibble, rowWords } from "../../../reference/packing.ts";
import { missingTerms } from "../missing-terms.ts";
import { NIBBLE_ORDERS } from "../nibble-orders.ts";

type Names = "m" | "n" | "k" | "group";
type Int4Mistake = Mistake<Names, never>;

/** The weight that a wrong kernel computes. */
interface Weight {
  readonly code: number;
  readonly zero: number;
  readonly scale: number;
  /** Its index in the row. */
  readonly i: number;
  readonly group: number;
}

/** The steps in which a wrong kernel differs from the correct one. */
interface Difference {
  /** Code `i` of row `column` of `w`. */
  readonly code?: (words: ArrayLike<number>, column: number, i: number, shape: Shape<Names>) => number;
  /** Zero point of group `g` of row `column`. */
  readonly zero?: (words: ArrayLike<number>, column: number, g: number, groups: number) => number;
  /** Index of a group's scale. */
  readonly scaleIndex?: (column: number, g: number, n: number, groups: number) => number;
  readonly term?: (a: number, weight: Weight) => number;
  /** Number of terms summed. */
  readonly counted?: (k: number) => number;
  /** Whether element (r, c) is written to the place of (c, r) in an [n,m] matrix. */
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

const ZERO_HINT = "Subtract the group's zero point from the code before scaling: a weight is (w - zero) * scale.";

export const mistakes: readonly Int4Mistake[] = [
  ...NIBBLE_ORDERS.map(({ name, about, hint, place }) => ({
    name,
    about,
    hint,
    outputs: product({ code: (words, column, i, shape) => packed(words, column, place(i), shape) }),
  })),
  {
    name: "signed-codes",
    about: "the codes are read as signed numbers from -8 to 7",
    hint: "Extract weights and zero points from a u32, not from an i32: they are unsigned, 0 to 15.",
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
    hint: "Subtract zeros[c,g] itself: GPTQ's first format stored zero points minus one, but this one stores them unchanged.",
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
    hint: "Multiply the zero point by the sum of the group's activations: (sum of a*w - zero * sum of a) * scale.",
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
    about: "the scale of a row's first group is applied to all its groups",
    hint: "Use scales[c * (K / GROUP) + i / GROUP]: each group of weights along k has its own scale.",
    outputs: product({ scaleIndex: (column, _g, _n, groups) => column * groups }),
  },
  {
    name: "first-zero-point-of-row",
    about: "the zero point of a row's first group is applied to all its groups",
    hint: "Use zero point i / GROUP of row c: each group of weights along k has its own, eight to a word.",
    outputs: product({ zero: (words, column, _g, groups) => nibble(words, column * rowWords(groups, 8), 0) }),
  },
  {
    name: "scales-transposed",
    about: "scales is read as if it were [k/group,n]",
    hint: "Read the scale of group g of row c at c * (K / GROUP) + g: scales is [n,k/group], row-major.",
    outputs: product({ scaleIndex: (column, g, n) => g * n + column }),
  },
  {
    name: "zero-points-not-padded",
    about: "rows of zeros are read as if they had no padding",
    hint: "Start row c at word c * ((K / GROUP + 7) / 8): each row of zeros begins at a new word.",
    outputs: product({ zero: (words, column, g, groups) => nibble(words, 0, column * groups + g) }),
  },
  {
    name: "rows-not-padded",
    about: "rows of w are read as if they had no padding",
    hint: "Start row c at word c * ((K + 7) / 8), not at nibble c * K: each row of w begins at a new word.",
    outputs: product({ code: (words, column, i, { k }) => nibble(words, 0, column * k + i) }),
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
  ...missingTerms<Names, never>([4, 8, 16, 32, 64, 128, 256, 512], (counted) => product({ counted })),
];

function signed(code: number): number {
  return code < 8 ? code : code - 16;
}
