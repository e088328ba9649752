import { attentionRow } from "./attention.ts";
import type { Estimate, EvaluateUnit, Oracle, Problem } from "./oracle.ts";
import { MIN_NORMAL, ULP } from "./rounding.ts";

export type MultiHeadShape = "tokens" | "model" | "heads";

/** Rows of numbers computed by a kernel: float64 values, and the largest absolute error of each in f32. */
interface Rows {
  readonly values: ArrayLike<number>;
  /** None for an input tensor. */
  readonly errors?: ArrayLike<number>;
}

interface Layer {
  /** `[out, in]`, row-major. */
  readonly weights: ArrayLike<number>;
  readonly bias: ArrayLike<number>;
}

/** One rounding to f32 as the logarithm of a factor, as in attention.ts. */
const ROUNDING = -Math.log1p(-ULP);

/**
 * `weights·x + bias` for the row of `x` that begins at `xAt`; written to `into` from index `at`.
 *
 * A sum of `n` products and a bias, in any order, fused or not, rounds each term at most n + 1 times: its product once
 * and each of `n` additions (Higham, 2nd ed., §3.1). So it is within (e^((n+1)·ROUNDING) - 1)·(Σ|w·x| + |b|) of the
 * exact sum of its inputs, which is within Σ|w|·error of the true one. Denormals: each operand, each product and the
 * bias may be flushed, which loses less than the smallest normal, times the other factor for an operand.
 */
function project({ weights, bias }: Layer, x: Rows, xAt: number, into: Estimate, at: number): void {
  const size = bias.length;
  const relative = Math.expm1((size + 1) * ROUNDING);
  const { values, errors } = x;
  for (let o = 0; o < size; o++) {
    let sum = bias[o]!;
    let magnitude = Math.abs(sum);
    let inherited = 0;
    let flushable = 2 + 2 * size;
    for (let i = 0; i < size; i++) {
      const w = weights[o * size + i]!;
      const value = values[xAt + i]!;
      const term = w * value;
      const weight = Math.abs(w);
      sum += term;
      magnitude += Math.abs(term);
      flushable += weight + Math.abs(value);
      if (errors) inherited += weight * errors[xAt + i]!;
    }
    into.expected[at + o] = sum;
    into.bound[at + o] = inherited + (magnitude + inherited) * relative + flushable * MIN_NORMAL;
  }
}

function emptyEstimate(size: number): Estimate {
  return { expected: new Float64Array(size), bound: new Float64Array(size) };
}

/**
 * Multi-head attention with its four projections. One unit is a token. Keys and values of all tokens are computed once;
 * the query, the attention of each head and the output projection only for the requested tokens.
 *
 * Errors propagate: those of the projections enter attention as errors of its operands, and those of attention enter
 * the output projection. That bounds every kernel that computes these intermediate results in f32, whether or not it
 * stores them, even if it adds a head's part of the output projection as soon as the head is done.
 */
export const multiHeadAttention: Oracle<MultiHeadShape, "causal"> = {
  units: ({ tokens }) => tokens,
  prepare({ shape, params, inputs }: Problem<MultiHeadShape, "causal">): EvaluateUnit {
    const { tokens, model, heads } = shape;
    const layer = (name: string): Layer => ({ weights: inputs[`w${name}`]!, bias: inputs[`b${name}`]! });
    const x: Rows = { values: inputs.x! };
    const k = emptyEstimate(tokens * model);
    const v = emptyEstimate(tokens * model);
    for (let at = 0; at < tokens * model; at += model) {
      project(layer("k"), x, at, k, at);
      project(layer("v"), x, at, v, at);
    }
    const q = emptyEstimate(model);
    const attended = emptyEstimate(model);
    const operands = {
      q: q.expected,
      k: k.expected,
      v: v.expected,
      qError: q.bound,
      kError: k.bound,
      vError: v.bound,
    };
    const dim = model / heads;
    return (token, into, slot) => {
      project(layer("q"), x, token * model, q, 0);
      const keys = params.causal ? token + 1 : tokens;
      for (let at = 0; at < model; at += dim) {
        const row = { dim, keys, qAt: at, kAt: at, kStride: model, vAt: at, vStride: model };
        attentionRow(operands, row, attended, at);
      }
      const rows: Rows = { values: attended.expected, errors: attended.bound };
      project(layer("o"), rows, 0, into.out!, slot * model);
    };
  },
};
