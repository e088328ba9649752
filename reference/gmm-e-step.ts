import { concat, gather, log, logSumExp, mul, rowSums, softmax, square, sub, type Vector, vecMat } from "./bounded.ts";

type EStepInputs = Readonly<Record<"x" | "weights" | "means" | "precision_cholesky", Vector>>;

/**
 * E-step of a Gaussian mixture with full covariances, given scikit-learn's upper-triangular precision Cholesky factors
 * `P`: `log N = -½·(d·log 2π + |(x-μ)·P|²) + Σ log P_ii`. The log-likelihood is `logsumexp_k(log w_k + log N_k)`, and the
 * responsibilities are its softmax. One unit is a point.
 */
export const gmmEStep = {
  prepare(
    { weights, means, precision_cholesky: factors }: EStepInputs,
    { d, k }: { readonly d: number; readonly k: number },
  ) {
    // `(x-μ)·P` or `x·P - μ·P`, in any order and in one chain or two: at most 2d roundings for each product.
    const projectionRoundings = 2 * d;
    // At most 3d + 1 terms of the log-density in one chain, if the constant is added in d parts, and two roundings more
    // if everything is multiplied by log2 e.
    const densityRoundings = 3 * d + 3;

    // Products of a mean's elements, innermost, with the columns of its component's factor.
    const meansByColumn = indices(k, d, d, (component, _, row) => component * d + row);
    const factorsByColumn = indices(k, d, d, (component, column, row) => (component * d + row) * d + column);
    const products = mul(gather(means, meansByColumn), gather(factors, factorsByColumn));
    const projectedMeans = rowSums(products, d, projectionRoundings - 1);

    // The terms of a log-density that are the same for all points, four vectors one after the other: log w, log P_ii, the
    // constant, and a zero with the error of a logarithm near 1, as the product of a diagonal may be near 1.
    const nearOne = log(weights.exactly(1));
    const constant = mul(log(weights.exactly(2 * Math.PI)), -d / 2);
    const diagonals = gather(
      factors,
      indices(k, d, 1, (component, i) => (component * d + i) * d + i),
    );
    const terms = concat(log(weights), log(diagonals), constant, nearOne);
    const ofComponent = indices(k, d + 3, 1, (component, term) => {
      if (term === 0) return component;
      return term <= d ? k + component * d + term - 1 : k + k * d + term - d - 1;
    });
    const constants = rowSums(gather(terms, ofComponent), d + 3, densityRoundings);

    // As [row, component, column], so that one product projects a point for all components.
    const factorsByRow = gather(
      factors,
      indices(d, k, d, (row, component, column) => (component * d + row) * d + column),
    );
    return ({ x }: EStepInputs) => {
      const y = sub(vecMat(x, factorsByRow, projectionRoundings), projectedMeans);
      const squares = rowSums(square(y), d, densityRoundings);
      const logDensities = sub(constants, mul(squares, 0.5));
      return { responsibilities: softmax(logDensities), log_likelihood: logSumExp(logDensities) };
    };
  },
};

/** The indices that a function of three nested loops' variables gives, in the loops' order. */
function indices(a: number, b: number, c: number, of: (a: number, b: number, c: number) => number): Int32Array {
  return Int32Array.from({ length: a * b * c }, (_, at) =>
    of(Math.floor(at / (b * c)), Math.floor(at / c) % b, at % c),
  );
}
