import { anyOf, matVec, mul, rsqrt, softmaxMean, sqrt, square, type Vector } from "./bounded.ts";

export type AttentionShape = "heads" | "queries" | "keys" | "dim";

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
