import { finite, mixtureWeights } from "../../../harness/task/constraints.ts";
import type { CheckShape, TaskSpec } from "../../../harness/task/task.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import { gmmEStep } from "../../../reference/gmm.ts";
import { evaluate, type Problem } from "../../../reference/oracle.ts";
import { BROAD, SMALLEST_WEIGHT, TIGHT } from "./data.ts";

const ALL = ["plain", "far", "towering", "overlapping", "tight", "elongated"];

function check(group: string, n: number, d: number, k: number, data: readonly string[] = ["plain"]) {
  return { shape: { n, d, k }, params: {}, group, data } satisfies CheckShape<MixtureShape, never>;
}

function logLikelihoods(problem: Problem<MixtureShape, never>): Float64Array {
  const { n, k } = problem.shape;
  return evaluate(gmmEStep, problem, { responsibilities: n * k, log_likelihood: n }).log_likelihood!.expected;
}

function diagonals({ shape: { d }, inputs }: Problem<MixtureShape, never>): Float32Array {
  return (inputs.precision_cholesky as Float32Array).filter((_, at) => (at % (d * d)) % (d + 1) === 0);
}

export const spec: TaskSpec<MixtureShape, never> = {
  name: "gmm-e-step",
  family: "gmm",
  title: "E-step of a Gaussian mixture",
  statement: `For every point \`x[n]\` and every component \`k\` of a Gaussian mixture, compute the component's share of the point:

    y[n,k]              = (x[n] - means[k]) · P[k]                      a row of d values times a d × d matrix
    log_density[n,k]    = -1/2 · (d · log(2π) + sum of y[n,k]²) + sum over i of log(P[k,i,i])
    log_likelihood[n]   = log of the sum over k of exp(log(weights[k]) + log_density[n,k])
    responsibilities[n,k] = exp(log(weights[k]) + log_density[n,k] - log_likelihood[n])

\`P\` is \`precision_cholesky\`, as in scikit-learn: \`P[k,i,j]\` is at \`(k * d + i) * d + j\`, it is upper triangular
(zero if i > j) with a positive diagonal, and the inverse of the covariance is \`P·Pᵀ\`. The two sums over the diagonal
and over y² therefore replace a determinant and an inverse.

Points may be so far from all components that every density underflows: subtract the largest logarithm before \`exp\`.
A responsibility below 2⁻¹²⁶, the smallest normal f32, may be zero.`,
  hints: [
    "One invocation per point, with a loop over the components, is enough for a correct kernel: keep the logarithms in `responsibilities`, find their maximum, then the sum of exp(logarithm - maximum).",
    "Stop the sum for y[j] at i = j: column j of P has only rows 0 to j.",
    "Sum log(weights[k]), the logarithms of the diagonal and d · log(2π) in a first pass, one number per component in scratch: they are the same for all points.",
    "Compute m·P once per component: (x - m)·P = x·P - m·P, which leaves a matrix product for tiles in workgroup memory.",
    "Update the maximum and the sum in the loop over the components (online logsumexp), as in an online softmax.",
  ],
  shape: { n: "points", d: "dimensions of a point", k: "components of the mixture" },
  params: {},
  inputs: [
    { name: "x", type: "f32", dims: ["n", "d"], about: "points" },
    { name: "weights", type: "f32", dims: ["k"], about: "weights of the components, which add up to 1" },
    { name: "means", type: "f32", dims: ["k", "d"], about: "means of the components" },
    {
      name: "precision_cholesky",
      type: "f32",
      dims: ["k", "d", "d"],
      about: "upper-triangular Cholesky factors of the inverse covariances",
    },
  ],
  outputs: [
    {
      name: "responsibilities",
      type: "f32",
      dims: ["n", "k"],
      about: "shares of the components in each point, which add up to 1",
    },
    { name: "log_likelihood", type: "f32", dims: ["n"], about: "logarithm of the mixture's density at each point" },
  ],
  ranges: [
    { of: "`log_likelihood`", least: -1215, most: 64, values: logLikelihoods },
    { of: "`weights`", least: SMALLEST_WEIGHT, most: 1, values: ({ inputs }) => inputs.weights! },
    { of: "diagonals of `precision_cholesky`", least: 1 / BROAD, most: 1 / TIGHT, values: diagonals },
  ],
  constraints: [
    finite,
    mixtureWeights,
    {
      sentence: "Each matrix of `precision_cholesky` is upper triangular, with a positive diagonal.",
      of: "inputs",
      holds: ({ shape: { d }, inputs }) =>
        inputs.precision_cholesky!.every((value, index) => {
          const [row, column] = [Math.floor(index / d) % d, index % d];
          return row < column || (row === column ? value > 0 : value === 0);
        }),
    },
  ],
  checks: [
    check("tiny", 1, 1, 1),
    check("tiny", 3, 2, 2),
    check("odd sizes", 7, 5, 3, ALL),
    check("odd sizes", 131, 7, 65, ["plain", "far", "towering", "elongated"]),
    check("around a tile", 65, 15, 17),
    check("around a tile", 17, 16, 63),
    check("around a tile", 64, 17, 15),
    check("many dimensions", 4, 65, 2),
    check("many components", 7, 1, 8209),
    check("many points", 65_537, 1, 2),
  ],
  drawShape: (random) => ({
    shape: { n: random.integer(2, 150), d: random.integer(1, 20), k: random.integer(2, 20) },
    params: {},
  }),
  measures: [
    { name: "small", shape: { n: 2048, d: 8, k: 8 }, params: {} },
    { name: "medium", shape: { n: 8192, d: 16, k: 16 }, params: {} },
    { name: "large", shape: { n: 32_768, d: 32, k: 16 }, params: {} },
  ],
  scratchLimitBytes: ({ n, d, k }) => 4 * (n * k + n * d + 4 * k * (d * d + d + 2)) + 1024,
  flops: ({ n, d, k }) => n * k * (d * (d + 1) + 3 * d + 6),
};
