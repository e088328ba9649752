import type { Arithmetic } from "./monte-carlo-arithmetic.ts";

/**
 * The lower-triangular `L` with `L·Lᵀ` = the symmetric positive definite matrix of `size`² elements that starts at
 * `matrix[at]` (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., algorithm 10.2). Zeros above the diagonal.
 */
export function choleskyFactor(
  arithmetic: Arithmetic,
  matrix: ArrayLike<number>,
  at: number,
  size: number,
): Float64Array {
  const factor = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    for (let row = column; row < size; row++) {
      let rest = matrix[at + row * size + column]!;
      for (let inner = 0; inner < column; inner++) {
        rest = arithmetic.round(rest - arithmetic.round(factor[row * size + inner]! * factor[column * size + inner]!));
      }
      factor[row * size + column] =
        row === column ? arithmetic.sqrt(rest) : arithmetic.divide(rest, factor[column * size + column]!);
    }
  }
  return factor;
}

/**
 * scikit-learn's precision Cholesky factor: the upper-triangular `P = L⁻ᵀ`, so that the inverse of `L·Lᵀ` is `P·Pᵀ`.
 * Column `j` of `P` is row `j` of `L⁻¹`, by forward substitution.
 */
export function invertedTranspose(arithmetic: Arithmetic, lower: Float64Array, size: number): Float64Array {
  const upper = new Float64Array(size * size);
  for (let start = 0; start < size; start++) {
    upper[start * size + start] = arithmetic.divide(1, lower[start * size + start]!);
    for (let row = start + 1; row < size; row++) {
      let sum = 0;
      for (let inner = start; inner < row; inner++) {
        sum = arithmetic.round(sum + arithmetic.round(lower[row * size + inner]! * upper[start * size + inner]!));
      }
      upper[start * size + row] = arithmetic.divide(-sum, lower[row * size + row]!);
    }
  }
  return upper;
}
