import type { EvaluateUnit, Oracle, Problem } from "./oracle.ts";
import { BYTES_PER_WORD, NIBBLES_PER_WORD, nibble, rowWords, signedByte } from "./packing.ts";
import { gamma, MIN_NORMAL } from "./rounding.ts";

/*
 * One unit of each of these oracles is one element of `out`, element `row·n + column`: its cost does not depend on
 * the other elements, so a matrix-vector product (m = 1) can be judged on a sample just like a matrix product.
 */

type Int8Names = "m" | "n" | "k";
type Int4Names = "m" | "n" | "k" | "group";

/** Roundings of `f32(sum) · a_scale · b_scale`: the conversion of the integer, and two products, in either order. */
const INT8_ROUNDINGS = 3;

/**
 * W8A8: `out = (Σ_k a·b) · a_scale[row] · b_scale[column]`.
 *
 * The sum of products of bytes is exact in 32-bit integers, in any order (wrapping addition is associative), as long as
 * `k · 2¹⁴ < 2³¹`. Only the conversion to f32 (WGSL §15.7.6: beyond 2²⁴, the sum is between two f32 values, and either
 * is correct) and the products with the scales round. Summing in f32 is not an admitted rearrangement: it is exact
 * while no partial sum exceeds 2²⁴, and loses whole units beyond that.
 */
export const matmulInt8: Oracle<Int8Names, never> = {
  units: ({ m, n }) => m * n,
  prepare({ shape: { n, k }, inputs }: Problem<Int8Names, never>): EvaluateUnit {
    const { a, b, a_scale, b_scale } = inputs as Readonly<Record<keyof typeof inputs, Uint32Array>>;
    const words = rowWords(k, BYTES_PER_WORD);
    return (unit, into, slot) => {
      const row = Math.floor(unit / n);
      const column = unit % n;
      let sum = 0;
      for (let i = 0; i < k; i++) sum += signedByte(a!, row * words, i) * signedByte(b!, column * words, i);
      const rowScale = a_scale![row]!;
      const columnScale = b_scale![column]!;
      const out = sum * rowScale * columnScale;
      // A product below the smallest normal f32 may be flushed to zero before the remaining factor multiplies it.
      const factors = 1 + Math.abs(sum) + Math.abs(rowScale) + Math.abs(columnScale);
      into.out!.expected[slot] = out;
      into.out!.bound[slot] = gamma(INT8_ROUNDINGS) * Math.abs(out) + MIN_NORMAL * factors;
    };
  },
};

/**
 * The most roundings that a term `a·w·scale` or `a·zero·scale` goes through. By Higham (Accuracy and Stability of
 * Numerical Algorithms, 2nd ed., §4.2), a sum of t terms in any order rounds each at most t - 1 times.
 *
 * - `(w - zero)` is exact; `a·((w - zero)·scale)`: 2 products and k - 1 additions.
 * - `a·(w·scale - zero·scale)`: a product, the subtraction, a product, k - 1 additions: k + 2.
 * - `(Σ a·w - zero·Σ a)·scale` for each group: a product, group - 1 additions, the subtraction, the product with the
 *   scale, k/group - 1 additions: group + k/group + 1, at most k + 2.
 * - The same, but both parts of a group added to one running sum: a product, group - 1 additions, a product,
 *   2·k/group - 1 additions.
 */
function int4Roundings(k: number, group: number): number {
  return Math.max(k + 2, group + (2 * k) / group);
}

/**
 * Group-wise asymmetric 4-bit weights: `out = Σ_k a[row,k] · (w[column,k] - zeros[column,g]) · scales[column,g]`, with
 * `g = k / group`.
 *
 * A group's zero point may be factored out of its sum; the terms are then not `a·(w - zero)` but `a·w` and `a·zero`,
 * which cancel: the error is relative to the sum of all their magnitudes.
 */
export const matmulInt4: Oracle<Int4Names, never> = {
  units: ({ m, n }) => m * n,
  prepare({ shape: { n, k, group }, inputs }: Problem<Int4Names, never>): EvaluateUnit {
    const { a, w, scales, zeros } = inputs as Readonly<Record<keyof typeof inputs, Float32Array>>;
    const groups = k / group;
    const words = rowWords(k, NIBBLES_PER_WORD);
    const zeroWords = rowWords(groups, NIBBLES_PER_WORD);
    const relative = gamma(int4Roundings(k, group));
    return (unit, into, slot) => {
      const row = Math.floor(unit / n);
      const column = unit % n;
      let out = 0;
      let magnitudes = 0;
      let factors = 1;
      for (let g = 0; g < groups; g++) {
        const scale = scales![column * groups + g]!;
        const zero = nibble(zeros!, column * zeroWords, g);
        let sum = 0;
        let magnitude = 0;
        for (let i = g * group; i < (g + 1) * group; i++) {
          const activation = a![row * k + i]!;
          const weight = nibble(w!, column * words, i);
          sum += activation * (weight - zero);
          magnitude += Math.abs(activation) * (weight + zero);
          factors += Math.abs(activation);
        }
        out += sum * scale;
        magnitudes += magnitude * Math.abs(scale);
        factors += group * (Math.abs(scale) + MAX_NIBBLE);
      }
      into.out!.expected[slot] = out;
      into.out!.bound[slot] = relative * magnitudes + flushed(factors);
    };
  },
};

const MAX_NIBBLE = 15;

/**
 * Error from flushing: each of a term's two products, or of the two terms that it is split into, may be flushed to zero
 * if it is below the smallest normal f32, before the remaining factor multiplies it.
 *
 * @param factors the sum, over all terms, of the possible remaining factors
 */
function flushed(factors: number): number {
  return 4 * MIN_NORMAL * factors;
}

/** The 16 values of NormalFloat4 (Dettmers et al., QLoRA, 2023, appendix E), each exactly an f32. */
export const NF4: readonly number[] = [
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334,
  -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
  0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
];

/** Weights that share a block's absmax. */
export const NF4_BLOCK = 64;

/** Blocks that share an entry of `absmax_scale`. */
export const NF4_BLOCKS_PER_SCALE = 256;

/**
 * QLoRA's double quantization: block `i` of 64 weights, counted over the flattened `[n,k]`, has
 * `absmax_i = absmax_offset + absmax[i] · absmax_scale[i / 256]`, and `out = Σ_k a · NF4[w] · absmax_i`.
 *
 * The most roundings of a term (see `int4Roundings`), `a·NF4·absmax_offset` or `a·NF4·absmax·absmax_scale`: the product
 * and the addition in `absmax_i`, two more products, and k - 1 additions: k + 3. With the two parts of each block's
 * absmax factored out of its sum: a product, 63 additions, two products, and 2·k/64 - 1 additions of the blocks: that
 * is k + 3 for k = 64 and less above. As the two parts may cancel, the error is relative to the sum of their magnitudes.
 */
export const matmulNf4: Oracle<Int8Names, never> = {
  units: ({ m, n }) => m * n,
  prepare({ shape: { n, k }, inputs }: Problem<Int8Names, never>): EvaluateUnit {
    const { a, w, absmax, absmax_scale, absmax_offset } = inputs as Readonly<Record<keyof typeof inputs, Float32Array>>;
    const blocks = k / NF4_BLOCK;
    const words = rowWords(k, NIBBLES_PER_WORD);
    const offset = absmax_offset![0]!;
    const relative = gamma(k + 3);
    return (unit, into, slot) => {
      const row = Math.floor(unit / n);
      const column = unit % n;
      let out = 0;
      let magnitudes = 0;
      let factors = 1;
      for (let b = 0; b < blocks; b++) {
        const block = column * blocks + b;
        const scaled = signedByte(absmax!, 0, block) * absmax_scale![Math.floor(block / NF4_BLOCKS_PER_SCALE)]!;
        let sum = 0;
        let magnitude = 0;
        for (let i = b * NF4_BLOCK; i < (b + 1) * NF4_BLOCK; i++) {
          const activation = a![row * k + i]!;
          const term = activation * NF4[nibble(w!, column * words, i)]!;
          sum += term;
          magnitude += Math.abs(term);
          factors += Math.abs(activation);
        }
        out += sum * (offset + scaled);
        magnitudes += magnitude * (Math.abs(offset) + Math.abs(scaled));
        factors += NF4_BLOCK * (1 + Math.abs(offset) + Math.abs(scaled));
      }
      into.out!.expected[slot] = out;
      into.out!.bound[slot] = relative * magnitudes + flushed(factors);
    };
  },
};
