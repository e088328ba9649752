import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import { mixtureWeights, upperTriangular } from "../../../harness/task/constraints.ts";
import { axisMistakes, mistakes } from "../../../harness/task/mistake-library.ts";
import {
  alike,
  atCorners,
  cornersAndMiddle,
  drawPoints,
  farPoints,
  ofMixture,
  pointsAndMeans,
  withSmallWeights,
} from "../../../harness/task/mixture-data.ts";
import type { Mistake } from "../../../harness/task/task.ts";
import { expectation, type MixtureShape } from "../../../reference/gaussian-mixture.ts";
import { gmmEStep } from "../../../reference/gmm-e-step.ts";
import { EXACT } from "../../../reference/monte-carlo-arithmetic.ts";
import type { Problem } from "../../../reference/oracle.ts";
import plain from "./plain.wgsl";
import { tuned } from "./tuned.ts";
import { software } from "./tuned-software.ts";

const SMALLEST_WEIGHT = 1e-30;
/** Deviations of broad and of tight clusters. */
const BROAD = 1e3;
const TIGHT = 1e-6;
/** Distance of the farthest points from all clusters, in deviations. */
const FARTHEST = 48;
/** Distance of towering clusters from the centre per dimension: two that differ in one dimension score 128 apart. */
const CORNER = 8;

const FAR = { offset: 4 * BROAD, deviation: BROAD };
const ELONGATED = { offset: 4, deviation: 0.5 };

type EStepProblem = Problem<MixtureShape, never>;

function logLikelihoods({ shape, inputs: { x, weights, means, precision_cholesky } }: EStepProblem): Float64Array {
  return expectation(EXACT, shape, x!, { weights: weights!, means: means! }, precision_cholesky!).logLikelihood;
}

function diagonals({ shape: { d }, inputs }: EStepProblem): Float32Array {
  return (inputs.precision_cholesky as Float32Array).filter((_, at) => (at % (d * d)) % (d + 1) === 0);
}

/** A second pass divides by the sums over the points. */
const OVER_POINTS = `override N: u32;
override D: u32;
override K: u32;
@group(0) @binding(0) var<storage, read_write> responsibilities: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  for (var k = id.x; k < K; k += 64) {
    var maximum = responsibilities[k];
    for (var n = 1u; n < N; n++) { maximum = max(maximum, responsibilities[n * K + k]); }
    var sum = 0.0;
    for (var n = 0u; n < N; n++) { sum += exp(responsibilities[n * K + k] - maximum); }
    for (var n = 0u; n < N; n++) { responsibilities[n * K + k] = exp(responsibilities[n * K + k] - maximum) / sum; }
  }
}`;

const FACTOR = "precision_cholesky[factor + row * D + column]";
const SHARE = "= exp(responsibilities[start + k] - maximum) / sum;";

export const eStepMistakes: readonly Mistake[] = [
  ...mistakes({
    "factor-transposed": [
      "P is read with rows and columns swapped",
      "Compute y[j] as the sum over i of (x[i] - mean[i]) * P[i,j], with P[k,i,j] at (k * D + i) * D + j. P is upper triangular, so i runs from 0 to j.",
      [FACTOR, "precision_cholesky[factor + column * D + row]"],
      ["row = 0u; row <= column;", "row = column; row < D;"],
    ],
    "no-log-determinant": [
      "the logarithms of P's diagonal are missing from the log-density",
      "Add the sum over i of log(P[k,i,i]): without it, wide and narrow clusters count the same.",
      ["return log_determinant - 0.5", "return -0.5"],
    ],
    "log-determinant-subtracted": [
      "the logarithms of P's diagonal are subtracted",
      "Add the sum of log(P[k,i,i]): P is a factor of the inverse covariance. For a factor of the covariance itself, it would be subtracted.",
      ["return log_determinant", "return -log_determinant"],
    ],
    "log-determinant-halved": [
      "the sum of the logarithms of P's diagonal is halved",
      "Halve only the sum of squares and d · log(2π): the product of P's diagonal already is the square root of the determinant.",
      ["return log_determinant", "return 0.5 * log_determinant"],
    ],
    "no-two-pi": [
      "the term -d/2 · log(2π) is missing",
      "Subtract d/2 · log(2π): it cancels in the responsibilities, but not in log_likelihood.",
      ["f32(D) * LOG_TWO_PI + square", "square"],
    ],
    "two-pi-once": [
      "log(2π) is not multiplied by the number of dimensions",
      "Subtract d/2 · log(2π): the density has a factor 1/√(2π) per dimension.",
      ["f32(D) * LOG_TWO_PI", "LOG_TWO_PI"],
    ],
    "weights-forgotten": [
      "the weights of the components are omitted",
      "Add log(weights[k]) to each component's log-density before the logsumexp.",
      ["log(weights[k]) + ", ""],
    ],
    "square-not-halved": [
      "the sum of squares is not halved",
      "Halve the sum of squares: the exponent of a normal density is -1/2 · |y|².",
      ["0.5 * (f32(D) * LOG_TWO_PI + square)", "0.5 * f32(D) * LOG_TWO_PI - square"],
    ],
    "not-normalised": [
      "responsibilities are densities that are not divided by their sum over the components",
      "Write responsibilities[n,k] = exp(log(weights[k]) + log_density[n,k] - log_likelihood[n]): each row adds up to 1.",
      [SHARE, "= exp(responsibilities[start + k]);"],
    ],
  }),
  {
    name: "normalised-over-points",
    about: "the responsibilities of each component add up to 1 over the points",
    hint: "Divide by the sum over one point's components: each row of `responsibilities` adds up to 1, not each column.",
    edits: [[SHARE, "= responsibilities[start + k];"]],
    replan: (plan) => {
      const { constants } = plan.passes[0]!;
      const second = { code: OVER_POINTS, constants, bindings: ["responsibilities"], workgroups: [1] };
      return { ...plan, passes: [...plan.passes, second] };
    },
  },
  ...mistakes({
    "logarithms-left": [
      "the logarithms of the responsibilities are written",
      "Apply exp at the end: responsibilities[n,k] = exp(log(weights[k]) + log_density[n,k] - log_likelihood[n]).",
      [SHARE, "= responsibilities[start + k] - maximum - log(sum);"],
    ],
    "no-max-subtraction": [
      "the largest log-density is not subtracted before exp",
      "Subtract the point's largest log-density first, and add it to the logarithm of the sum. Far from all clusters, every exp(log-density) is zero in f32, which leaves 0/0.",
      ["var maximum = responsibilities[start];", "var maximum = 0.0;"],
      ["maximum = max(maximum, responsibilities[start + k]);", ""],
    ],
    "likelihood-without-maximum": [
      "the largest log-density is subtracted before exp but not added back to log_likelihood",
      "Add the maximum: log_likelihood[n] = maximum + log(sum over k of exp(logarithm - maximum)).",
      ["= maximum + log(sum)", "= log(sum)"],
    ],
  }),
  ...axisMistakes({
    element: "dimension",
    variable: "i",
    end: "D",
    fate: "omitted",
    tiles: [4, 8, 16, 32],
    stopAt: (end) => [["column < D;", `column < ${end};`]],
  }),
  ...axisMistakes({
    element: "component",
    variable: "k",
    end: "K",
    fate: "missing from the sum",
    tiles: [4, 8, 16, 32, 64, 256],
    stopAt: (end) => [
      ["k = 1u; k < K;", `k = 1u; k < ${end};`],
      ["k < K; k++) {\n    sum", `k < ${end}; k++) {\n    sum`],
    ],
  }),
];

export default composeTask({
  name: "gmm-e-step",
  family: "gmm",
  title: "E-step of a Gaussian mixture",
  step: {
    track: "mixtures",
    level: 3,
    teaches: "log-densities by Cholesky factors, and stable shares",
    questions: [28],
  },
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
  example: {
    shape: { n: 2, d: 1, k: 2 },
    params: {},
    inputs: { x: [0, 3], weights: [0.5, 0.5], means: [0, 2], precision_cholesky: [1, 0.5] },
  },
  hints: [
    "One invocation per point, with a loop over the components, is enough for a correct kernel: keep the logarithms in `responsibilities`, find their maximum, then the sum of exp(logarithm - maximum).",
    "Stop the sum for y[j] at i = j: column j of P has only rows 0 to j.",
    "Sum log(weights[k]), the logarithms of the diagonal and d · log(2π) in a first pass, one number per component in scratch: they are the same for all points.",
    "Compute m·P once per component: (x - m)·P = x·P - m·P, which leaves a matrix product for tiles in workgroup memory.",
    "Update the maximum and the sum in the loop over the components (online logsumexp), as in an online softmax.",
  ],
  shape: { n: "points", d: "dimensions of a point", k: "components of the mixture" },
  params: {},
  inputs: {
    x: { dims: ["n", "d"], about: "points" },
    weights: { dims: ["k"], about: "weights of the components, which add up to 1", range: [SMALLEST_WEIGHT, 1] },
    means: { dims: ["k", "d"], about: "means of the components" },
    precision_cholesky: {
      dims: ["k", "d", "d"],
      about: "upper-triangular Cholesky factors of the inverse covariances",
    },
  },
  outputs: {
    responsibilities: { dims: ["n", "k"], about: "shares of the components in each point, which add up to 1" },
    log_likelihood: { dims: ["n"], about: "logarithm of the mixture's density at each point" },
  },
  ranges: [
    { of: "`log_likelihood`", least: -1215, most: 64, values: logLikelihoods },
    { of: "diagonals of `precision_cholesky`", least: 1 / BROAD, most: 1 / TIGHT, values: diagonals },
  ],
  unit: ["n"],
  reference: gmmEStep,
  constraints: [mixtureWeights, upperTriangular("precision_cholesky", "d")],
  cases: casesOf({
    axes: ["n", "d", "k"],
    checks: [
      ["tiny", [1, 1, 1]],
      ["tiny", [3, 2, 2]],
      ["odd sizes", [7, 5, 3], "all"],
      ["odd sizes", [131, 7, 65], ["plain", "far", "towering", "elongated"]],
      ["around a tile", [65, 15, 17]],
      ["around a tile", [37, 12, 5]],
      ["around a tile", [45, 4, 6]],
      ["around a tile", [17, 16, 63]],
      ["around a tile", [64, 17, 15]],
      ["many dimensions", [4, 65, 2]],
      ["many components", [7, 1, 8209]],
      ["many points", [65_537, 1, 2]],
    ],
    draw: (random) => [random.integer(2, 150), random.integer(1, 20), random.integer(2, 20)],
    measures: { small: [2048, 8, 8], medium: [8192, 16, 16], large: [32_768, 32, 16] },
  }),
  data: {
    plain: ["points of clusters that overlap, around 4 in every dimension", ofMixture({})],
    far: [
      "points 16 to 48 deviations away from all clusters, which are a thousand times as broad, identical in shape and close together: every density underflows",
      ofMixture({ ...FAR, separation: 0.03, elongation: 0 }, farPoints(FARTHEST), alike(FAR)),
    ],
    towering: [
      "every other point belongs to a single cluster, each in turn: exp overflows unless the maximum covers all clusters; the rest are midway between all clusters",
      ofMixture({ elongation: 0.05, tilt: 0.05 }, cornersAndMiddle, atCorners(CORNER)),
    ],
    overlapping: [
      "clusters in nearly the same place, with weights from 1 to 1e-30",
      ofMixture({ separation: 0.3, elongation: 0.1 }, drawPoints, withSmallWeights(SMALLEST_WEIGHT)),
    ],
    tight: [
      "clusters a millionth as wide, every other point at the centre of one: large positive log-densities",
      ofMixture({ offset: 100 * TIGHT, deviation: TIGHT, separation: 4, elongation: 0, unevenness: 0 }, pointsAndMeans),
    ],
    elongated: [
      "nearly singular covariances, 400 times as wide in one dimension as in another",
      ofMixture({ ...ELONGATED, elongation: 3, isStretched: true }, drawPoints, alike(ELONGATED)),
    ],
  },
  scratchLimitBytes: ({ n, d, k }) => 4 * (n * k + n * d + 4 * k * (d * d + d + 2)) + 1024,
  flops: ({ n, d, k }) => n * k * (d * (d + 1) + 3 * d + 6),
  mistakes: eStepMistakes,
  plain: { code: plain, invocationFor: ["n"] },
  tuned: { software, hardware: tuned },
});
