import { atMost, finite, mixtureWeights, notNegative } from "../../../harness/task/constraints.ts";
import type { CheckShape, TaskSpec } from "../../../harness/task/task.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { FitParams } from "../../../reference/gmm-fit.ts";

const ALL = ["plain", "apart", "overlapping", "one-cluster", "flat", "vacant", "distant"];

const LEAST_REG_COVAR = 0.01;
const MOST_REG_COVAR = 0.1;

function params(iterations: number, regCovar = 0.05) {
  return { reg_covar: Math.fround(regCovar), iterations };
}

function check(
  group: string,
  n: number,
  d: number,
  k: number,
  iterations: number,
  data: readonly string[] = ["plain"],
  regCovar?: number,
) {
  return { shape: { n, d, k }, params: params(iterations, regCovar), group, data } satisfies CheckShape<
    MixtureShape,
    FitParams
  >;
}

export const spec: TaskSpec<MixtureShape, FitParams> = {
  name: "gmm-fit",
  family: "gmm",
  title: "Fit of a Gaussian mixture",
  statement: `Fit a Gaussian mixture with full covariances to points, by expectation maximization: \`iterations\` rounds, from the
given parameters. Every round is

1. for each component the precision Cholesky factor \`P\`: with \`covariance = L·Lᵀ\` (L lower triangular), \`P = (L⁻¹)ᵀ\`;
2. an E-step with the factors, as in \`gmm-e-step\`: the responsibilities \`r[n,k]\`;
3. an M-step, as in \`gmm-m-step\`: \`N[k] = sum of r[n,k] + 2.220446e-15\`, new weights \`N[k] / n\`, new means, and new
   covariances around the new means, with \`reg_covar\` on the diagonals.

After the last round, \`mean_log_likelihood\` is the mean over the points of log(sum over k of weights[k] · N(x | k)), under
the final parameters: it takes another factorisation and another E-step.

The number of rounds is fixed: there is no test for convergence. \`d\` is at most 32, and every intermediate covariance is
positive definite. Runs with random rounding determine the error bound for f32 arithmetic.`,
  hints: [
    "Start from kernels for the two steps, and repeat their passes in a TypeScript loop: a plan is a list of passes.",
    "Let the M-step write weights_out, means_out and covariances_out, and let the next round read them: later passes may read outputs. The first round reads the inputs.",
    "One invocation can factorise a matrix of 32 × 32: column by column of L, then P by forward substitution.",
    "Use one workgroup per matrix for speed: one lane per row, and a barrier after each column.",
    "Reuse source and constants between passes: each combination is compiled only once.",
  ],
  shape: { n: "points", d: "dimensions of a point, at most 32", k: "components of the mixture" },
  params: { reg_covar: "added to the diagonal of every covariance", iterations: "rounds of E-step and M-step" },
  inputs: [
    { name: "x", type: "f32", dims: ["n", "d"], about: "points" },
    { name: "weights", type: "f32", dims: ["k"], about: "initial weights, which add up to 1" },
    { name: "means", type: "f32", dims: ["k", "d"], about: "initial means" },
    { name: "covariances", type: "f32", dims: ["k", "d", "d"], about: "initial covariances" },
  ],
  outputs: [
    { name: "weights_out", type: "f32", dims: ["k"], about: "weights after the last round" },
    { name: "means_out", type: "f32", dims: ["k", "d"], about: "means after the last round" },
    { name: "covariances_out", type: "f32", dims: ["k", "d", "d"], about: "covariances after the last round" },
    { name: "mean_log_likelihood", type: "f32", dims: ["1"], about: "mean log-likelihood under these parameters" },
  ],
  ranges: [
    {
      of: "reg_covar",
      least: Math.fround(LEAST_REG_COVAR),
      most: Math.fround(MOST_REG_COVAR),
      values: ({ params: { reg_covar } }) => [reg_covar],
    },
  ],
  constraints: [
    finite,
    atMost("d", 32),
    notNegative("reg_covar"),
    {
      sentence: "`iterations` is a positive integer.",
      of: "dimensions",
      holds: ({ params }) => Number.isInteger(params.iterations) && params.iterations >= 1,
    },
    mixtureWeights,
    {
      sentence: "Each matrix of `covariances` is symmetric.",
      of: "inputs",
      holds: ({ shape: { d }, inputs: { covariances } }) =>
        covariances!.every((value, index) => {
          const [matrix, row, column] = [Math.floor(index / d ** 2), Math.floor(index / d) % d, index % d];
          return value === covariances![(matrix * d + column) * d + row];
        }),
    },
  ],
  checks: [
    check("tiny", 1, 1, 1, 1),
    check("odd sizes", 67, 5, 3, 2, ALL, LEAST_REG_COVAR),
    check("around a tile", 64, 16, 2, 1),
    check("around a tile", 65, 17, 2, 1),
    check("many dimensions", 80, 32, 2, 1),
    check("many iterations", 63, 2, 4, 8, ["plain"], MOST_REG_COVAR),
    check("many components", 15, 1, 127, 1),
    check("many points", 65_537, 1, 1, 1),
  ],
  drawShape: (random) => ({
    shape: { n: random.integer(60, 200), d: random.integer(1, 6), k: random.integer(2, 4) },
    params: params(random.integer(1, 3), random.uniform(LEAST_REG_COVAR, MOST_REG_COVAR)),
  }),
  measures: [
    { name: "small", shape: { n: 512, d: 4, k: 4 }, params: params(4) },
    { name: "medium", shape: { n: 2048, d: 8, k: 8 }, params: params(4) },
    { name: "large", shape: { n: 8192, d: 16, k: 8 }, params: params(4) },
  ],
  // Responsibilities, factors, and the steps' own scratch: copies of the points, partial sums of 64 parts.
  scratchLimitBytes: ({ n, d, k }) => 4 * (n * (2 * k + d + 1) + 72 * k * (d * d + d + 2)) + 2 ** 22,
  flops: ({ n, d, k }, { iterations }) => {
    const expectation = k * d ** 3 + n * k * (d * (d + 1) + 3 * d + 6);
    const maximization = n * k * (d * (d + 1) + 4 * d + 1);
    return (iterations + 1) * expectation + iterations * maximization;
  },
};
