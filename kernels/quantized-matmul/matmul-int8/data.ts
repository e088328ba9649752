import type { DataKind } from "../../../harness/task/task.ts";
import { BYTES_PER_WORD, pack } from "../../../reference/packing.ts";
import type { Random } from "../../../reference/random.ts";

type Kind = DataKind<"m" | "n" | "k", never>;

export const A_SCALE = { least: 0.002, most: 0.02 };
export const B_SCALE = { least: 0.001, most: 0.01 };

/** Generates the function from an element's index to its code. */
type DrawCodes = (random: Random, k: number) => (row: number, i: number) => number;

/** A kind of data that differs from others only in its codes. */
function codes(
  name: string,
  about: string,
  drawA: DrawCodes,
  drawB: DrawCodes,
  drawScale = (random: Random, { least, most }: typeof A_SCALE, _index: number) => random.uniform(least, most),
): Kind {
  return {
    name,
    about,
    draw(random, { m, n, k }) {
      return {
        a: pack(BYTES_PER_WORD, m, k, drawA(random, k)),
        b: pack(BYTES_PER_WORD, n, k, drawB(random, k)),
        a_scale: random.f32(m, (_, row) => drawScale(random, A_SCALE, row)),
        b_scale: random.f32(n, (_, column) => drawScale(random, B_SCALE, column)),
      };
    },
  };
}

/** Symmetric quantization of normal values around a mean: codes from -127 to 127. */
function normalCodes(mean: number, deviation: number): DrawCodes {
  return (random) => () => Math.max(-127, Math.min(127, Math.round(random.normal(mean, deviation))));
}

/** A sign for each column, the same in every row and in both matrices. */
function columnSign(i: number): 1 | -1 {
  return Math.imul(i + 1, 0x9e3779b1) < 0 ? -1 : 1;
}

/**
 * Codes of extreme magnitude. All except one in `rareness` have their column's sign. In the first row all codes have
 * it, and in the second all have it or its opposite: sums approach both ends of 32 bits.
 */
function extremeCodes(rareness: number, second: 1 | -1): DrawCodes {
  return (random) => (row, i) => {
    const isRare = row > 1 && random.integer(1, rareness) === 1;
    const sign = row === 1 ? second : isRare ? -1 : 1;
    return columnSign(i) * sign === 1 ? 127 : -128;
  };
}

/** Large codes with the column's sign, or with the opposite one past the middle of the row. */
function largeCodes(flipped: boolean): DrawCodes {
  return (random, k) => (_row, i) => columnSign(i) * (flipped && 2 * i >= k ? -1 : 1) * random.integer(90, 127);
}

export const data: readonly Kind[] = [
  codes(
    "plain",
    "independent, approximately normal codes, with nonzero means in both matrices",
    normalCodes(8, 40),
    normalCodes(-5, 45),
  ),
  codes(
    "extreme",
    "only codes of -128 and 127, whose products mostly have one sign: sums near 2^31 and -2^31 in long rows",
    extremeCodes(7, 1),
    extremeCodes(20, -1),
    (random, { least, most }, index) => [most, least, random.uniform(least, most)][index % 3]!,
  ),
  codes(
    "cancelling",
    "large positive products in the first half of a row, large negative ones in the second: the sum is small, but partial sums exceed 2^24 in long rows",
    largeCodes(false),
    largeCodes(true),
  ),
];
