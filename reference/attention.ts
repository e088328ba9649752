import { anyOf, matVec, mul, rsqrt, softmaxMean, sqrt, square, type Vector } from "./bounded.ts";
import type { Estimate } from "./oracle.ts";
import { DIVISION, expError, logError, MIN_NORMAL, SQRT, ULP } from "./rounding.ts";
import { shiftedExpError } from "./softmax.ts";

export type AttentionShape = "heads" | "queries" | "keys" | "dim";

/** Below this, e^x is less than half the smallest normal f32: a kernel may give zero or anything up to that. */
const UNDERFLOW = -88;

/**
 * One rounding to f32 as the logarithm of a factor: 1 + δ with |δ| ≤ 2⁻²³, or its reciprocal, is between e^-ROUNDING
 * and e^ROUNDING. Logarithms add up without the `n·u < 1` that γ_n needs (Higham, 2nd ed., lemma 3.1 and problem 3.3).
 */
const ROUNDING = -Math.log1p(-ULP);

/**
 * Relative error that the factor 1/√dim adds to a score, in the worst of these forms: a product with `1 / sqrt(dim)`
 * or `inverseSqrt(dim)`, a quotient by `sqrt(dim)`, or both q and k multiplied by `1 / sqrt(sqrt(dim))`, as PyTorch
 * does. The last form is the worst: twice a root of a root (the outer one halves the inner one's error), a division
 * and a product. Folding log₂e into the factor, for `exp2`, adds the roundings of that constant and of a product.
 */
const SCALING = 2 * (1.5 * SQRT + DIVISION + ROUNDING) + 2 * ROUNDING;

/**
 * Roundings that each term of the sum over keys may go through for every other key: an online softmax multiplies its
 * sum by `exp(old maximum - new maximum)`, within 3 ULP even at 0 (WGSL; the part that grows with the argument
 * telescopes), and then adds.
 */
const ROUNDINGS_PER_KEY = 3 + 1 + 1;

/** The operands of attention, each with the absolute error in its elements if it was itself computed. */
export interface AttentionOperands {
  readonly q: ArrayLike<number>;
  readonly k: ArrayLike<number>;
  readonly v: ArrayLike<number>;
  /** Largest absolute error of each element of `q`, `k`, `v`; none by default, as for input tensors. */
  readonly qError?: ArrayLike<number> | undefined;
  readonly kError?: ArrayLike<number> | undefined;
  readonly vError?: ArrayLike<number> | undefined;
}

/** Indices in the operands of one query and of the keys and values that it sees. */
export interface AttentionRow {
  /** Elements of a query, of a key, of a value. */
  readonly dim: number;
  /** Number of keys that the query sees, from the first. */
  readonly keys: number;
  /** Index of the query's first element in `q`. */
  readonly qAt: number;
  /** Index of the first key's first element in `k`, and the distance from one key to the next. */
  readonly kAt: number;
  readonly kStride: number;
  /** The same for the values in `v`. */
  readonly vAt: number;
  readonly vStride: number;
}

/** Scores of one query, in float64, and the error of each in f32 arithmetic. */
interface Scores {
  readonly values: Float64Array;
  /** Absolute. */
  readonly errors: Float64Array;
  readonly maximum: number;
  /** The largest magnitude of a score. */
  readonly peak: number;
}

/**
 * `q·k/√dim` for each key. A sum of `dim` products, in any order, fused or not, is within γ_dim·Σ|q·k| (Higham,
 * eq. 3.5); the factor's error is added. Flushed denormals lose at most the smallest normal number in each term, times
 * the other factor if an operand is flushed.
 */
function scoresOf(operands: AttentionOperands, row: AttentionRow): Scores {
  const { q, k, qError, kError } = operands;
  const { dim, keys, qAt, kAt, kStride } = row;
  const values = new Float64Array(keys);
  const errors = new Float64Array(keys);
  const scale = 1 / Math.sqrt(dim);
  const relative = Math.expm1(dim * ROUNDING + SCALING);
  let maximum = Number.NEGATIVE_INFINITY;
  let peak = 0;
  for (let key = 0; key < keys; key++) {
    const start = kAt + key * kStride;
    let dot = 0;
    let magnitude = 0;
    let inherited = 0;
    let flushable = dim;
    for (let d = 0; d < dim; d++) {
      const a = q[qAt + d]!;
      const b = k[start + d]!;
      dot += a * b;
      magnitude += Math.abs(a * b);
      flushable += Math.abs(a) + Math.abs(b);
      if (qError) inherited += qError[qAt + d]! * (Math.abs(b) + (kError?.[start + d] ?? 0));
      if (kError) inherited += kError[start + d]! * Math.abs(a);
    }
    values[key] = dot * scale;
    errors[key] = (inherited + (magnitude + inherited) * relative + flushable * MIN_NORMAL) * scale;
    maximum = Math.max(maximum, values[key]!);
    peak = Math.max(peak, Math.abs(values[key]!) + errors[key]!);
  }
  return { values, errors, maximum, peak };
}

/**
 * Relative error, as a logarithm, that every term of the sums over keys (of weights, and of weighted values) may
 * accumulate after its exponential, for any order of the sums:
 *
 * - in an online softmax, ROUNDINGS_PER_KEY for every other key, and the argument of the rescaling `exp`: if a
 *   compiler fuses one product of `exp2(old·log₂e - new·log₂e)`, the other's rounding, an ULP of the maximum,
 *   does not cancel;
 * - the product with the value, and the division (or reciprocal and product), of the probability or of the sum;
 * - if keys are split into parts that are normalised separately and joined by `exp(lse_part - lse)`: another
 *   normalisation, that exponential, whose argument is at most a sum's logarithm longer at either end, and the
 *   logarithms and additions of two log-sum-exps, at most `ln(keys)` above a score.
 */
function summationError(keys: number, peak: number): number {
  const online = (keys - 1) * (ROUNDINGS_PER_KEY * ROUNDING + peak * ULP);
  const normalisation = DIVISION + 2 * ROUNDING;
  const logarithm = Math.log(keys);
  const logSumExp = logError(keys) + (peak + 2 * logarithm) * ULP;
  return online + 2 * normalisation + expError(2 * logarithm) + 2 * logSumExp;
}

/**
 * One row of attention, `Σ_j softmax_j(q·k_j/√dim)·v_j`: writes its `dim` elements, with their bounds, to `into` from
 * index `at`.
 *
 * Every weight `w_j = exp(s_j - m)` becomes `w_j·e^±L_j` in f32, with `L_j` the error of the score, of the shifted
 * exponential and of the summation. The numerator `Σ w·v` is off by at most `Σ w·|v|·(e^L - 1)`, the denominator `Σ w`
 * is between `Σ w·e^-L` and `Σ w·e^L`. A kernel may compute weights twice, so the two errors need not cancel.
 */
export function attentionRow(operands: AttentionOperands, row: AttentionRow, into: Estimate, at: number): void {
  const { v, vError } = operands;
  const { dim, keys, vAt, vStride } = row;
  const { values, errors, maximum, peak } = scoresOf(operands, row);
  const summation = summationError(keys, peak);

  // In place, scores become weights, and their errors become absolute errors of the weights.
  let sum = 0;
  let lowest = 0;
  let highest = 0;
  for (let key = 0; key < keys; key++) {
    const score = values[key]!;
    const weight = Math.exp(score - maximum);
    const error = errors[key]! + shiftedExpError(score, maximum) + summation;
    const underflows = score - maximum + error < UNDERFLOW;
    values[key] = weight;
    errors[key] = (underflows ? 0 : weight * Math.expm1(error)) + MIN_NORMAL;
    sum += weight;
    lowest += underflows ? 0 : weight * Math.exp(-error);
    highest += weight + errors[key]!;
  }
  // The true sum, relative to the smallest and to the largest that a kernel may divide by.
  const above = sum / lowest;
  const below = sum / highest;

  const { expected, bound } = into;
  expected.fill(0, at, at + dim);
  bound.fill(0, at, at + dim);
  for (let key = 0; key < keys; key++) {
    const share = values[key]! / sum;
    const shareError = errors[key]! / sum;
    const start = vAt + key * vStride;
    for (let d = 0; d < dim; d++) {
      const value = v[start + d]!;
      const inherited = vError?.[start + d] ?? 0;
      expected[at + d]! += share * value;
      // A product or a value below the smallest normal may be flushed.
      bound[at + d]! += shareError * (Math.abs(value) + inherited) + share * inherited + 2 * MIN_NORMAL;
    }
  }
  for (let d = at; d < at + dim; d++) {
    bound[d] = bound[d]! * above + Math.abs(expected[d]!) * Math.max(above - 1, 1 - below) + MIN_NORMAL;
  }
}

/** Number of keys that a query sees: with `causal`, key `j` if `j ≤ query + keys - queries`; otherwise all. */
export function visibleKeys(query: number, queries: number, keys: number, causal: number): number {
  return causal ? query + keys - queries + 1 : keys;
}

/**
 * The factor 1/√dim of scores: a quotient or a product, before or after the sum; or query and key are each multiplied by
 * the fourth root, as PyTorch does. That also has room for log₂e, folded into the factor for `exp2`.
 *
 * @param dim a vector of one element
 */
export function scoreFactor(dim: Vector): Vector {
  return anyOf(rsqrt(dim), square(rsqrt(sqrt(dim))));
}

/** `Σ_j softmax_j(q·k_j·factor)·v_j` for one query and all the keys and values given. */
export function attend(q: Vector, k: Vector, v: Vector, factor: Vector): Vector {
  return softmaxMean(matVec(k, mul(q, factor)), v);
}
