import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { fractions, notNegative, paramRange } from "../../../harness/task/constraints.ts";
import { axisMistakes, mistakes } from "../../../harness/task/mistake-library.ts";
import { type MixtureTraits, PLAIN_MIXTURE } from "../../../harness/task/mixture-data.ts";
import { everyThird, sharedPoints, withOutliers } from "../../../harness/task/mixture-shares.ts";
import type { Mistake } from "../../../harness/task/task.ts";
import { gmmMStep } from "../../../reference/gmm-m-step.ts";
import { plain } from "./plain.ts";
import starter from "./starter.wgsl";
import { tuned } from "./tuned.ts";

const REG_COVAR = 0.01;
const LEAST_REG_COVAR = 1e-6;
const MOST_REG_COVAR = 0.1;

/** Points around 10 in every dimension: E[x²] - E[x]² loses two digits there. */
const TRAITS: MixtureTraits = { ...PLAIN_MIXTURE, offset: 10, separation: 4 };
/** Distance of outliers from the origin. */
const FARTHEST = 1e5;

const MEAN_I = "let mean_i = means[k * D + i];";
const MEAN_J = "let mean_j = means[k * D + j];";
const WEIGHTED = "sum += responsibilities[n * K + k] * (";
const REGULARISED = " + select(0.0, REG_COVAR, i == j)";

export const mStepMistakes: readonly Mistake[] = [
  ...mistakes({
    "covariance-divided-by-n": [
      "the covariances are divided by the number of points",
      "Divide by N[k], not n: a weighted sum is divided by the sum of its weights.",
      ["sum / totals[k]", "sum / f32(N)"],
    ],
    "mean-divided-by-n": [
      "the means are divided by the number of points",
      "Divide by N[k], not n: a weighted sum is divided by the sum of its weights.",
      ["sum / total;", "sum / f32(N);"],
    ],
    "weights-not-divided": [
      "the weights are N[k], not divided by the number of points",
      "Divide by n: weights[k] = N[k] / n, so that the weights add up to 1.",
      ["total / f32(N)", "total"],
    ],
    "reg-covar-forgotten": [
      "reg_covar is not added",
      "Add reg_covar to covariances[k,i,i]: it keeps a flat cluster's covariance invertible.",
      [REGULARISED, ""],
    ],
    "reg-covar-everywhere": [
      "reg_covar is added to every element of the covariances",
      "Add reg_covar only on the diagonal, where i = j.",
      [REGULARISED, " + REG_COVAR"],
    ],
    "reg-covar-divided": [
      "reg_covar is added before the division by N[k]",
      "Divide the sum of products by N[k] first, then add reg_covar.",
      [`sum / totals[k]${REGULARISED}`, `(sum${REGULARISED}) / totals[k]`],
    ],
    "not-centred": [
      "the means are not subtracted in the covariances",
      "Multiply deviations from the mean, x[n,i] - means[k,i], not the values themselves.",
      [MEAN_I, "let mean_i = 0.0;"],
      [MEAN_J, "let mean_j = 0.0;"],
    ],
    "centred-on-all-points": [
      "deviations are measured from the mean of all points",
      "Subtract means[k,i]: each component has its own mean, weighted by its responsibilities.",
      [MEAN_I, "var mean_i = 0.0; for (var n = 0u; n < N; n++) { mean_i += x[n * D + i] / f32(N); }"],
      [MEAN_J, "var mean_j = 0.0; for (var n = 0u; n < N; n++) { mean_j += x[n * D + j] / f32(N); }"],
    ],
    "centred-on-first-mean": [
      "every component's deviations are measured from the first component's mean",
      "Read mean i of component k at k * D + i.",
      [MEAN_I, "let mean_i = means[i];"],
      [MEAN_J, "let mean_j = means[j];"],
    ],
    "covariance-not-weighted": [
      "the responsibilities are missing from the covariances",
      "Multiply each product of deviations by responsibilities[n,k], the component's share in the point.",
      [WEIGHTED, "sum += ("],
    ],
    "responsibility-squared": [
      "the covariances are weighted by the squares of the responsibilities",
      "Multiply each product of deviations by responsibilities[n,k] once, not each of the two factors.",
      [WEIGHTED, "sum += responsibilities[n * K + k] * responsibilities[n * K + k] * ("],
    ],
    unbiased: [
      "the covariances are divided by N[k] - 1",
      "Divide by N[k]: this is the maximum-likelihood estimate. N - 1 is for the unbiased variance of a sample.",
      ["sum / totals[k]", "sum / (totals[k] - 1.0)"],
    ],
    "floor-forgotten": [
      "10·ε is not added to N[k]",
      "Add 2.220446e-15 to every N[k]: otherwise a component without points divides 0 by 0.",
      ["total += FLOOR;", ""],
    ],
    "variances-only": [
      "the covariances of different dimensions are zero",
      "Compute all d × d covariances of a component, not only the variances on the diagonal.",
      [`sum / totals[k]${REGULARISED}`, "select(0.0, sum / totals[k] + REG_COVAR, i == j)"],
    ],
    "responsibilities-transposed": [
      "the responsibilities are read as [k, n]",
      "Read the share of component k in point n at n * K + k.",
      ["let share = responsibilities[n * K + k]", "let share = responsibilities[k * N + n]"],
      [WEIGHTED, "sum += responsibilities[k * N + n] * ("],
    ],
  }),
  ...axisMistakes({
    element: "point",
    variable: "n",
    end: "N",
    fate: "missing from the sums",
    tiles: [4, 8, 16, 32, 64, 128, 256],
    stopAt: (end) => [
      ["n < N; n++) {\n    let share", `n < ${end}; n++) {\n    let share`],
      ["n < N; n++) {\n    sum", `n < ${end}; n++) {\n    sum`],
    ],
  }),
];

export default composeTask({
  name: "gmm-m-step",
  family: "gmm",
  title: "M-step of a Gaussian mixture",
  step: { track: "mixtures", level: 3, teaches: "weighted sums in parts, joined in further passes", questions: [28] },
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
  example: {
    shape: { n: 4, d: 1, k: 2 },
    params: { reg_covar: 0.25 },
    inputs: { x: [1, 3, 8, 8], responsibilities: [1, 0, 1, 0, 0.5, 0.5, 0, 1] },
  },
  hints: [
    "Three passes are enough for a correct kernel: N, with one invocation per component; the means, one per (k, i); the covariances, one per (k, i, j). Each invocation loops over the points.",
    "Keep N in a scratch buffer: later passes need it again.",
    "Compute one triangle of each covariance matrix and mirror it: the matrix is symmetric.",
    "With few components and dimensions, let each invocation take only a part of the points, write partial sums to scratch, and add them in another pass: otherwise there are too few invocations.",
    "Let an invocation compute a block of 4 × 4 covariances: it reads 8 values of a point for 16 products, instead of 2 per product.",
  ],
  shape: { n: "points", d: "dimensions of a point", k: "components of the mixture" },
  params: { reg_covar: ["added to the diagonal of every covariance", REG_COVAR, LEAST_REG_COVAR, MOST_REG_COVAR] },
  inputs: {
    x: { dims: ["n", "d"], about: "points", range: [-FARTHEST, FARTHEST] },
    responsibilities: { dims: ["n", "k"], about: "shares of the components in each point", range: [0, 1] },
  },
  outputs: {
    weights: { dims: ["k"], about: "weights of the components, which add up to 1" },
    means: { dims: ["k", "d"], about: "weighted means" },
    covariances: { dims: ["k", "d", "d"], about: "weighted covariances, regularised" },
  },
  ranges: [paramRange("reg_covar", LEAST_REG_COVAR, MOST_REG_COVAR)],
  oracle: gmmMStep,
  constraints: [notNegative("reg_covar"), fractions("responsibilities")],
  cases: casesOf({
    axes: ["n", "d", "k"],
    checks: [
      ["tiny", [1, 1, 1]],
      ["tiny", [3, 2, 2]],
      ["odd sizes", [13, 5, 3], "all", { reg_covar: MOST_REG_COVAR }],
      ["odd sizes", [131, 7, 11], ["plain", "empty", "faint", "outliers"], { reg_covar: LEAST_REG_COVAR }],
      ["around a tile", [65, 15, 17]],
      ["around a tile", [17, 16, 63]],
      ["around a tile", [64, 17, 15]],
      ["many dimensions", [33, 65, 2]],
      ["many points", [65_537, 1, 3], ["plain", "outliers"]],
      ["many components", [3, 1, 8209]],
    ],
    draw: (random) => [random.integer(2, 300), random.integer(1, 20), random.integer(2, 20)],
    measures: { small: [2048, 8, 8], medium: [8192, 16, 16], large: [16_384, 32, 16] },
  }),
  data: {
    plain: ["clusters around 10 in every dimension, shared among all components", sharedPoints({ traits: TRAITS })],
    empty: [
      "every third component, including the last, has no points: N is just 10·ε",
      sharedPoints({ traits: TRAITS, preferences: everyThird("last", Number.NEGATIVE_INFINITY) }),
    ],
    faint: [
      "every third component, including the first, has such a small share of all points that N is about twice 10·ε",
      sharedPoints({ traits: TRAITS, preferences: everyThird("first", -35) }),
    ],
    "one-cluster": [
      "one component has nearly all points, the others a few millionths",
      sharedPoints({
        traits: TRAITS,
        preferences: (_, k) => (component) => (component === Math.floor(k / 2) && k > 1 ? 14 : 0),
      }),
    ],
    owned: [
      "each point belongs to a single component: responsibilities are 0 and 1",
      sharedPoints({ traits: TRAITS, isOwned: true }),
    ],
    elongated: [
      "nearly singular covariances, 400 times as wide in one dimension as in another",
      sharedPoints({ traits: { ...TRAITS, elongation: 3, isStretched: true, deviation: 0.5 } }),
    ],
    outliers: [
      "the first point, the last and one other are 100,000 away: missing one causes a large error",
      sharedPoints({ traits: { ...TRAITS, offset: 2 }, change: withOutliers(FARTHEST) }),
    ],
  },
  // Partial sums of 64 parts of the points, or more if the results are small, and copies of the inputs.
  scratchLimitBytes: ({ n, d, k }) => 4 * (n * (k + d) + 64 * k * (d * d + d + 1)) + 2 ** 22,
  flops: ({ n, d, k }) => n * k * (d * (d + 1) + 4 * d + 1),
  mistakes: mStepMistakes,
  plain,
  tuned,
  starter: { code: starter, invocationFor: ["k"] },
});
