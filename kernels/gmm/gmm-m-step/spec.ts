import { finite, notNegative } from "../../../harness/task/constraints.ts";
import type { CheckShape, TaskSpec } from "../../../harness/task/task.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import { FARTHEST } from "./data.ts";

const ALL = ["plain", "empty", "faint", "one-cluster", "owned", "elongated", "outliers"];

const REG_COVAR = Math.fround(0.01);
const LEAST_REG_COVAR = Math.fround(1e-6);
const MOST_REG_COVAR = Math.fround(0.1);

function check(
  group: string,
  n: number,
  d: number,
  k: number,
  data: readonly string[] = ["plain"],
  regCovar = REG_COVAR,
) {
  const params = { reg_covar: regCovar };
  return { shape: { n, d, k }, params, group, data } satisfies CheckShape<MixtureShape, "reg_covar">;
}

export const spec: TaskSpec<MixtureShape, "reg_covar"> = {
  name: "gmm-m-step",
  family: "gmm",
  title: "M-step of a Gaussian mixture",
  statement: `Compute the weights, means and covariances of a Gaussian mixture from the share of each component in each point:

    N[k]               = sum over n of responsibilities[n,k], plus 2.220446e-15
    weights[k]         = N[k] / n
    means[k,i]         = sum over n of responsibilities[n,k] · x[n,i] / N[k]
    covariances[k,i,j] = sum over n of responsibilities[n,k] · (x[n,i] - means[k,i]) · (x[n,j] - means[k,j]) / N[k]
                         plus reg_covar if i = j

The number added to N is scikit-learn's 10·ε of float64. It avoids division by zero for a component without points, whose
mean is then 0 and whose covariance is reg_covar times the identity.

\`covariances[k,i,j]\` is at \`(k * d + i) * d + j\`, and both halves of each matrix are required. Points are far from the
origin, where the mean of squares minus the square of the mean loses digits, and running means lose some: compute the
means first, then loop over the points again for the covariances. Sums may be taken in any order.`,
  hints: [
    "Three passes are enough for a correct kernel: N, with one invocation per component; the means, one per (k, i); the covariances, one per (k, i, j). Each invocation loops over the points.",
    "Keep N in a scratch buffer: later passes need it again.",
    "Compute one triangle of each covariance matrix and mirror it: the matrix is symmetric.",
    "With few components and dimensions, let each invocation take only a part of the points, write partial sums to scratch, and add them in another pass: otherwise there are too few invocations.",
    "Let an invocation compute a block of 4 × 4 covariances: it reads 8 values of a point for 16 products, instead of 2 per product.",
  ],
  shape: { n: "points", d: "dimensions of a point", k: "components of the mixture" },
  params: { reg_covar: "added to the diagonal of every covariance" },
  inputs: [
    { name: "x", type: "f32", dims: ["n", "d"], about: "points" },
    { name: "responsibilities", type: "f32", dims: ["n", "k"], about: "shares of the components in each point" },
  ],
  outputs: [
    { name: "weights", type: "f32", dims: ["k"], about: "weights of the components, which add up to 1" },
    { name: "means", type: "f32", dims: ["k", "d"], about: "weighted means" },
    { name: "covariances", type: "f32", dims: ["k", "d", "d"], about: "weighted covariances, regularised" },
  ],
  ranges: [
    { of: "`x`", least: -FARTHEST, most: FARTHEST, values: ({ inputs }) => inputs.x! },
    { of: "`responsibilities`", least: 0, most: 1, values: ({ inputs }) => inputs.responsibilities! },
    { of: "reg_covar", least: LEAST_REG_COVAR, most: MOST_REG_COVAR, values: ({ params }) => [params.reg_covar] },
  ],
  constraints: [
    finite,
    notNegative("reg_covar"),
    {
      sentence: "Each of `responsibilities` is from 0 to 1.",
      of: "inputs",
      holds: ({ inputs }) => inputs.responsibilities!.every((share) => share >= 0 && share <= 1),
    },
  ],
  checks: [
    check("tiny", 1, 1, 1),
    check("tiny", 3, 2, 2),
    check("odd sizes", 13, 5, 3, ALL, MOST_REG_COVAR),
    check("odd sizes", 131, 7, 11, ["plain", "empty", "faint", "outliers"], LEAST_REG_COVAR),
    check("around a tile", 65, 15, 17),
    check("around a tile", 17, 16, 63),
    check("around a tile", 64, 17, 15),
    check("many dimensions", 33, 65, 2),
    check("many points", 65_537, 1, 3, ["plain", "outliers"]),
    check("many components", 3, 1, 8209),
  ],
  drawShape: (random) => ({
    shape: { n: random.integer(2, 300), d: random.integer(1, 20), k: random.integer(2, 20) },
    params: { reg_covar: Math.fround(random.uniform(0.001, 0.1)) },
  }),
  measures: [
    { name: "small", shape: { n: 2048, d: 8, k: 8 }, params: { reg_covar: REG_COVAR } },
    { name: "medium", shape: { n: 8192, d: 16, k: 16 }, params: { reg_covar: REG_COVAR } },
    { name: "large", shape: { n: 16_384, d: 32, k: 16 }, params: { reg_covar: REG_COVAR } },
  ],
  // Partial sums of 64 parts of the points, or more if the results are small, and copies of the inputs.
  scratchLimitBytes: ({ n, d, k }) => 4 * (n * (k + d) + 64 * k * (d * d + d + 1)) + 2 ** 22,
  flops: ({ n, d, k }) => n * k * (d * (d + 1) + 4 * d + 1),
};
