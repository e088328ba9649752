import { casesOf } from "../../../harness/task/case-library.ts";
import { composeTask } from "../../../harness/task/compose-task.ts";
import {
  atMost,
  mixtureWeights,
  notNegative,
  paramRange,
  positiveInteger,
  symmetric,
} from "../../../harness/task/constraints.ts";
import { mistakes } from "../../../harness/task/mistake-library.ts";
import { drawPoints, type MixtureTraits, PLAIN_MIXTURE } from "../../../harness/task/mixture-data.ts";
import {
  fitted,
  ofFirstCluster,
  startDistant,
  startVacant,
  withFlatDimension,
} from "../../../harness/task/mixture-starts.ts";
import type { Pass, Plan } from "../../../harness/task/plan.ts";
import type { Mistake } from "../../../harness/task/task.ts";
import { gmmFit } from "../../../reference/gmm-fit.ts";
import { eStepMistakes } from "../gmm-e-step/task.ts";
import { mStepMistakes } from "../gmm-m-step/task.ts";
import { plain } from "./plain.ts";
import starter from "./starter.wgsl";
import { software, tuned } from "./tuned.ts";

const LEAST_REG_COVAR = 0.01;
const REG_COVAR = 0.05;
const MOST_REG_COVAR = 0.1;
const ONE_ROUND = { iterations: 1, reg_covar: REG_COVAR };

/** Well-separated clusters: rounding errors do not grow from round to round. */
const TRAITS: MixtureTraits = { ...PLAIN_MIXTURE, offset: 3, separation: 5, unevenness: 0.8 };

/** The passes of a plain round: the factorisation, the E-step's one, the M-step's two. */
const PASSES_PER_ROUND = 4;
/** Those after the last round: a factorisation, an E-step, the average. */
const LAST_PASSES = 3;

/** Mistakes in the list of passes. */
function inPasses(
  table: Readonly<Record<string, readonly [about: string, hint: string, (passes: readonly Pass[]) => readonly Pass[]]>>,
): Mistake[] {
  return Object.entries(table).map(([name, [about, hint, change]]) => {
    return { name, about, hint, replan: (plan) => ({ ...plan, passes: change(plan.passes) }) };
  });
}

/** Keeps the means of two rounds, in the output and in scratch by turns, and gives `find_covariances` the older ones. */
function keepingOldMeans(plan: Plan): Plan {
  const updates = plan.passes.filter(({ entryPoint }) => entryPoint === "find_means");
  let left = updates.length;
  let [older, current] = ["", "means"];
  const passes = plan.passes.map((pass) => {
    if (pass.entryPoint === "find_means") {
      left--;
      [older, current] = [current, left % 2 === 0 ? "means_out" : "other_means"];
    }
    const bindings = pass.bindings.map((name) => (name === "means_out" || name === "means" ? current : name));
    return { ...pass, bindings: pass.entryPoint === "find_covariances" ? [...bindings, older] : bindings };
  });
  const { D = 0, K = 0 } = updates[0]!.constants ?? {};
  return { ...plan, passes, scratch: { ...plan.scratch, other_means: 4 * Number(D) * Number(K) } };
}

/** Mistakes in one of the two steps, with other words where the fit needs them. */
function inSteps(words: Readonly<Record<string, { readonly about?: string; readonly hint?: string }>>): Mistake[] {
  return Object.entries(words).map(([name, own]) => {
    const found = [...eStepMistakes, ...mStepMistakes].find((mistake) => mistake.name === name);
    if (found === undefined) throw new Error(`neither step has a mistake "${name}"`);
    return { ...found, ...own };
  });
}

const fitMistakes: readonly Mistake[] = [
  ...mistakes({
    "likelihood-summed": [
      "mean_log_likelihood is the sum over the points",
      "Divide the sum of the log-likelihoods by the number of points.",
      ["mean_log_likelihood[0] = sum / f32(N);", "mean_log_likelihood[0] = sum;"],
    ],
  }),
  ...inPasses({
    "likelihood-before-last-m-step": [
      "mean_log_likelihood belongs to the parameters before the last M-step",
      "After the last round, factorise the new covariances and run one more E-step: use its log-likelihoods.",
      (passes) => [...passes.slice(0, -LAST_PASSES), ...passes.slice(-1)],
    ],
    "one-round-too-few": [
      "one round is missing",
      "Run `iterations` rounds of E-step and M-step, and one more E-step for the log-likelihood.",
      (passes) => [...passes.slice(0, -LAST_PASSES - PASSES_PER_ROUND), ...passes.slice(-LAST_PASSES)],
    ],
    "one-round-too-many": [
      "there is one round too many",
      "Stop after `iterations` rounds: the final E-step is for the log-likelihood, and no M-step follows it.",
      // The last factorisation and E-step, after which the last M-step is repeated, and both again.
      (passes) => [
        ...passes.slice(0, -1),
        ...passes.slice(-LAST_PASSES - 2, -LAST_PASSES),
        ...passes.slice(-LAST_PASSES),
      ],
    ],
    "every-round-from-the-start": [
      "every round begins with the initial parameters",
      "Read the inputs in the first round only: later rounds read the previous M-step's results.",
      (passes) => [...passes.slice(0, PASSES_PER_ROUND), ...passes.slice(-LAST_PASSES)],
    ],
    "factors-not-renewed": [
      "the factors of the initial covariances are used in every round",
      "Factorise the covariances again before each E-step, including the last: every M-step changes them.",
      (passes) => passes.filter(({ entryPoint }, at) => at === 0 || entryPoint !== "factorise"),
    ],
  }),
  {
    name: "old-means-in-covariances",
    about: "deviations are measured from the means of the previous round",
    hint: "Compute the new means first, and the covariances around them.",
    edits: [
      ["totals: array<f32>;", "totals: array<f32>;\n@group(0) @binding(6) var<storage, read> older: array<f32>;"],
      ["let mean_i = means[k * D + i];", "let mean_i = older[k * D + i];"],
      ["let mean_j = means[k * D + j];", "let mean_j = older[k * D + j];"],
    ],
    replan: keepingOldMeans,
  },
  ...inSteps({
    "reg-covar-forgotten": {
      hint: "Add reg_covar to the diagonals in every M-step: it keeps a flat cluster's covariance invertible.",
    },
    "covariance-divided-by-n": {},
    unbiased: {},
    "variances-only": {},
    "weights-forgotten": {
      about: "the E-step omits the weights of the components",
      hint: "Add log(weights[k]) to each component's log-density.",
    },
    "no-log-determinant": { about: "the logarithms of P's diagonal are missing from the log-densities" },
    "log-determinant-subtracted": {
      hint: "Add the sum of log(P[k,i,i]): P is a factor of the inverse covariance. For L, it would be subtracted.",
    },
    "no-two-pi": {
      hint: "Subtract d/2 · log(2π): it cancels in the parameters, but not in mean_log_likelihood.",
    },
    "factor-transposed": {
      about: "L⁻¹ is used as P instead of its transpose",
      hint: "Transpose it: P = (L⁻¹)ᵀ is upper triangular, so that P·Pᵀ is the inverse of L·Lᵀ.",
    },
  }),
];

export default composeTask({
  name: "gmm-fit",
  family: "gmm",
  title: "Fit of a Gaussian mixture",
  step: { track: "mixtures", level: 5, teaches: "plans of many passes, and a Cholesky factorisation", questions: [28] },
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
  example: {
    shape: { n: 4, d: 1, k: 1 },
    params: { reg_covar: 0.5, iterations: 1 },
    inputs: { x: [1, 2, 4, 5], weights: [1], means: [2], covariances: [1] },
  },
  hints: [
    "Start from kernels for the two steps, and repeat their passes in a TypeScript loop: a plan is a list of passes.",
    "Let the M-step write weights_out, means_out and covariances_out, and let the next round read them: later passes may read outputs. The first round reads the inputs.",
    "One invocation can factorise a matrix of 32 × 32: column by column of L, then P by forward substitution.",
    "Use one workgroup per matrix for speed: one lane per row, and a barrier after each column.",
    "Reuse source and constants between passes: each combination is compiled only once.",
  ],
  shape: { n: "points", d: "dimensions of a point, at most 32", k: "components of the mixture" },
  params: {
    reg_covar: ["added to the diagonal of every covariance", REG_COVAR, LEAST_REG_COVAR, MOST_REG_COVAR],
    iterations: ["rounds of E-step and M-step", 4, 1, 2],
  },
  inputs: {
    x: { dims: ["n", "d"], about: "points" },
    weights: { dims: ["k"], about: "initial weights, which add up to 1" },
    means: { dims: ["k", "d"], about: "initial means" },
    covariances: { dims: ["k", "d", "d"], about: "initial covariances" },
  },
  outputs: {
    weights_out: { dims: ["k"], about: "weights after the last round" },
    means_out: { dims: ["k", "d"], about: "means after the last round" },
    covariances_out: { dims: ["k", "d", "d"], about: "covariances after the last round" },
    mean_log_likelihood: { dims: ["1"], about: "mean log-likelihood under these parameters" },
  },
  ranges: [paramRange("reg_covar", LEAST_REG_COVAR, MOST_REG_COVAR)],
  oracle: gmmFit,
  constraints: [
    atMost("d", 32),
    notNegative("reg_covar"),
    positiveInteger("iterations"),
    mixtureWeights,
    symmetric("covariances", "d"),
  ],
  cases: casesOf({
    axes: ["n", "d", "k"],
    checks: [
      ["tiny", [1, 1, 1], "plain", ONE_ROUND],
      ["odd sizes", [67, 5, 3], "all", { iterations: 2, reg_covar: LEAST_REG_COVAR }],
      ["around a tile", [64, 16, 2], "plain", ONE_ROUND],
      ["around a tile", [65, 17, 2], "plain", ONE_ROUND],
      ["many dimensions", [56, 32, 2], "plain", ONE_ROUND],
      ["many iterations", [63, 2, 4], "plain", { iterations: 8, reg_covar: MOST_REG_COVAR }],
      ["many components", [15, 1, 127], "plain", ONE_ROUND],
      ["many points", [65_537, 1, 1], "plain", ONE_ROUND],
    ],
    draw: (random) => [random.integer(60, 200), random.integer(1, 6), random.integer(2, 4)],
    measures: { small: [512, 4, 4], medium: [2048, 8, 8], large: [8192, 16, 8] },
  }),
  data: {
    plain: ["well-separated clusters, around 3 in every dimension", fitted(TRAITS)],
    apart: [
      "clusters so far apart that exp overflows unless the maximum covers all components",
      fitted({ ...TRAITS, separation: 25 }),
    ],
    overlapping: ["clusters that overlap, so that most points are shared", fitted({ ...TRAITS, separation: 2 })],
    "one-cluster": [
      "all points belong to one cluster, divided among several components",
      fitted({ ...TRAITS, separation: 1.5 }, ofFirstCluster),
    ],
    flat: [
      "the last dimension is the same for all points: only reg_covar keeps the covariances invertible",
      fitted(TRAITS, withFlatDimension),
    ],
    vacant: [
      "the last component has no points: N is just 10·ε; the points of its cluster are so far from the others that every density underflows",
      fitted({ ...TRAITS, separation: 60 }, drawPoints, startVacant),
    ],
    distant: [
      "all components begin 48 deviations away from the points: every density underflows",
      fitted(TRAITS, drawPoints, startDistant),
    ],
  },
  // Responsibilities, factors, and the steps' own scratch: copies of the points, partial sums of 64 parts.
  scratchLimitBytes: ({ n, d, k }) => 4 * (n * (2 * k + d + 1) + 72 * k * (d * d + d + 2)) + 2 ** 22,
  flops: ({ n, d, k }, { iterations }) => {
    const expectation = k * d ** 3 + n * k * (d * (d + 1) + 3 * d + 6);
    const maximization = n * k * (d * (d + 1) + 4 * d + 1);
    return (iterations + 1) * expectation + iterations * maximization;
  },
  mistakes: fitMistakes,
  plain,
  tuned: { software, hardware: tuned },
  starter: {
    code: starter,
    invocationFor: ["k"],
    bindings: ["weights", "means", "covariances", "weights_out", "means_out", "covariances_out", "mean_log_likelihood"],
  },
});
