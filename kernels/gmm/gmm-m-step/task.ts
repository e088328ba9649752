import { composeTask } from "../../../harness/task/compose-task.ts";
import { notNegative } from "../../../harness/task/constraints.ts";
import { axisMistakes, mistakes } from "../../../harness/task/mistake-library.ts";
import type { CheckShape, EditedMistake } from "../../../harness/task/task.ts";
import type { MixtureShape } from "../../../reference/gaussian-mixture.ts";
import { gmmMStep } from "../../../reference/gmm-m-step.ts";
import type { Random } from "../../../reference/random.ts";
import { drawMixture, drawPoint, type MixtureTraits, PLAIN_MIXTURE, pickComponent } from "../mixture.ts";
import { plain } from "./plain.ts";
import starter from "./starter.wgsl";
import { tuned } from "./tuned.ts";

const REG_COVAR = 0.01;
const LEAST_REG_COVAR = 1e-6;
const MOST_REG_COVAR = 0.1;

/** Points around 10 in every dimension: E[x²] - E[x]² loses two digits there. */
const TRAITS: MixtureTraits = { ...PLAIN_MIXTURE, offset: 10, separation: 4 };
/** Log-odds in favour of the component that generated a point. */
const OWN_PREFERENCE = 4;
/** Distance of outliers from the origin. */
const FARTHEST = 1e5;

/**
 * Generates a problem's preference for each component: the logarithm of how likely all points are to belong to it; minus
 * infinity for a component without points.
 */
type Preferences = (random: Random, k: number) => (component: number) => number;

const uneven: Preferences = (random) => () => random.normal(0, 0.7);

const everyThird =
  (from: "first" | "last", preference: number): Preferences =>
  (_, k) =>
  (component) =>
    k > 1 && (from === "first" ? component : k - 1 - component) % 3 === 0 ? preference : 0;

/** Responsibilities of one point: a softmax of the values of `logit`. */
function softShares(random: Random, shares: Float32Array, logit: (component: number) => number): void {
  const logits = Float64Array.from(shares, (_, component) => logit(component) + random.normal(0, 1.5));
  const maximum = logits.reduce((a, b) => Math.max(a, b));
  const total = logits.reduce((sum, value) => sum + Math.exp(value - maximum), 0);
  logits.forEach((value, component) => {
    shares[component] = Math.exp(value - maximum) / total;
  });
}

interface Draw {
  readonly traits?: Partial<MixtureTraits>;
  readonly preferences?: Preferences;
  readonly change?: (random: Random, x: Float32Array, d: number) => void;
  /** Whether each point belongs only to the component that generated it. */
  readonly isOwned?: boolean;
}

/** Points of a mixture, perhaps changed, and the shares of its components in them. */
function shared({ traits = {}, preferences = uneven, change, isOwned = false }: Draw) {
  return (random: Random, { n, d, k }: Record<MixtureShape, number>) => {
    const mixture = drawMixture(random, { d, k }, { ...TRAITS, ...traits });
    const x = new Float32Array(n * d);
    const owners = Int32Array.from({ length: n }, (_, point) => {
      const owner = pickComponent(random, mixture);
      drawPoint(random, mixture[owner]!, x, point * d);
      return owner;
    });
    change?.(random, x, d);
    const preference = Float64Array.from({ length: k }, (_, component) => component).map(preferences(random, k));
    const responsibilities = new Float32Array(n * k);
    for (const [point, owner] of owners.entries()) {
      const shares = responsibilities.subarray(point * k, (point + 1) * k);
      const own = (component: number) => (component === owner ? OWN_PREFERENCE : 0);
      if (isOwned) shares[owner] = 1;
      else softShares(random, shares, (component) => preference[component]! + own(component));
    }
    return { x, responsibilities };
  };
}

/** The first point, the last and one other are far away. */
function withOutliers(random: Random, x: Float32Array, d: number): void {
  const n = x.length / d;
  for (const point of [0, Math.floor(n / 2), n - 1]) {
    for (let i = 0; i < d; i++) {
      const size = i < 2 ? FARTHEST : FARTHEST * random.uniform(0.5, 1);
      x[point * d + i] = i % 2 === 0 ? size : -size;
    }
  }
}

const sized = (n: number, d: number, k: number, regCovar = REG_COVAR) => ({
  shape: { n, d, k },
  params: { reg_covar: Math.fround(regCovar) },
});

const MEAN_I = "let mean_i = means[k * D + i];";
const MEAN_J = "let mean_j = means[k * D + j];";
const WEIGHTED = "sum += responsibilities[n * K + k] * (";
const REGULARISED = " + select(0.0, REG_COVAR, i == j)";

export const mStepMistakes: readonly EditedMistake[] = [
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
  ranges: [
    {
      of: "reg_covar",
      least: Math.fround(LEAST_REG_COVAR),
      most: Math.fround(MOST_REG_COVAR),
      values: ({ params }) => [params.reg_covar],
    },
  ],
  oracle: gmmMStep,
  constraints: [
    notNegative("reg_covar"),
    {
      sentence: "Each of `responsibilities` is from 0 to 1.",
      of: "inputs",
      holds: ({ inputs }) => inputs.responsibilities!.every((share) => share >= 0 && share <= 1),
    },
  ],
  cases: ({ kinds }) => {
    const check = (
      group: string,
      [n, d, k]: readonly [number, number, number],
      data: readonly string[] = ["plain"],
      regCovar = REG_COVAR,
    ) => ({ ...sized(n, d, k, regCovar), group, data }) satisfies CheckShape<MixtureShape, "reg_covar">;
    return {
      checks: [
        check("tiny", [1, 1, 1]),
        check("tiny", [3, 2, 2]),
        check("odd sizes", [13, 5, 3], kinds, MOST_REG_COVAR),
        check("odd sizes", [131, 7, 11], ["plain", "empty", "faint", "outliers"], LEAST_REG_COVAR),
        check("around a tile", [65, 15, 17]),
        check("around a tile", [17, 16, 63]),
        check("around a tile", [64, 17, 15]),
        check("many dimensions", [33, 65, 2]),
        check("many points", [65_537, 1, 3], ["plain", "outliers"]),
        check("many components", [3, 1, 8209]),
      ],
      drawShape: (random) =>
        sized(random.integer(2, 300), random.integer(1, 20), random.integer(2, 20), random.uniform(0.001, 0.1)),
      measures: [
        { name: "small", ...sized(2048, 8, 8) },
        { name: "medium", ...sized(8192, 16, 16) },
        { name: "large", ...sized(16_384, 32, 16) },
      ],
    };
  },
  data: {
    plain: ["clusters around 10 in every dimension, shared among all components", shared({})],
    empty: [
      "every third component, including the last, has no points: N is just 10·ε",
      shared({ preferences: everyThird("last", Number.NEGATIVE_INFINITY) }),
    ],
    faint: [
      "every third component, including the first, has such a small share of all points that N is about twice 10·ε",
      shared({ preferences: everyThird("first", -35) }),
    ],
    "one-cluster": [
      "one component has nearly all points, the others a few millionths",
      shared({ preferences: (_, k) => (component) => (component === Math.floor(k / 2) && k > 1 ? 14 : 0) }),
    ],
    owned: ["each point belongs to a single component: responsibilities are 0 and 1", shared({ isOwned: true })],
    elongated: [
      "nearly singular covariances, 400 times as wide in one dimension as in another",
      shared({ traits: { elongation: 3, isStretched: true, deviation: 0.5 } }),
    ],
    outliers: [
      "the first point, the last and one other are 100,000 away: missing one causes a large error",
      shared({ traits: { offset: 2 }, change: withOutliers }),
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
