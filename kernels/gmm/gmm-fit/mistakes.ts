import type { Mistake } from "../../../harness/task/task.ts";
import { type Mixture, type MixtureShape, precisionCholesky } from "../../../reference/gaussian-mixture.ts";
import type { FitParams } from "../../../reference/gmm-fit.ts";
import { EXACT } from "../../../reference/monte-carlo-arithmetic.ts";
import type { Problem } from "../../../reference/oracle.ts";
import { type EStepFaults, logDensities, normalised } from "../gmm-e-step/mistakes.ts";
import { type MStepFaults, maximized } from "../gmm-m-step/mistakes.ts";

type FitMistake = Mistake<MixtureShape, FitParams>;

/** Possible faults of a fit; the correct one has none. */
interface FitFaults {
  readonly expectation?: EStepFaults;
  readonly maximization?: MStepFaults;
  /** With zero rounds, the outputs are never written and keep their initial NaNs. */
  readonly iterations?: (iterations: number) => number;
  /** The factors of the initial covariances are used in every round. */
  readonly areFactorsStale?: boolean;
  /** Deviations are measured from the means of the previous round. */
  readonly areMeansOld?: boolean;
  /** The log-likelihood is that of the last round's E-step, before its M-step. */
  readonly isLikelihoodOld?: boolean;
  readonly isLikelihoodSummed?: boolean;
}

function faulty(faults: FitFaults): FitMistake["outputs"] {
  return ({ shape, params, inputs }: Problem<MixtureShape, FitParams>) => {
    const x = inputs.x!;
    const first = precisionCholesky(EXACT, shape, inputs.covariances!);
    const expect = ({ weights, means, covariances }: Mixture) => {
      const factors = faults.areFactorsStale ? first : precisionCholesky(EXACT, shape, covariances);
      const operands = { x, weights, means, precisionCholesky: factors };
      return normalised(shape, logDensities(shape, operands, faults.expectation ?? {}));
    };
    let mixture: Mixture = { weights: inputs.weights!, means: inputs.means!, covariances: inputs.covariances! };
    let before = mixture;
    const iterations = faults.iterations?.(params.iterations) ?? params.iterations;
    if (iterations < 1) return unwritten(shape);
    for (let iteration = 0; iteration < iterations; iteration++) {
      const { responsibilities } = expect(mixture);
      before = mixture;
      const centres = faults.areMeansOld ? { centres: before.means } : {};
      const operands = { x, responsibilities, regCovar: params.reg_covar };
      mixture = maximized(shape, operands, { ...faults.maximization, ...centres });
    }
    const { logLikelihood } = expect(faults.isLikelihoodOld ? before : mixture);
    const sum = logLikelihood.reduce((total, value) => total + value, 0);
    return {
      weights_out: Float64Array.from(mixture.weights),
      means_out: Float64Array.from(mixture.means),
      covariances_out: Float64Array.from(mixture.covariances),
      mean_log_likelihood: Float64Array.of(faults.isLikelihoodSummed ? sum : sum / shape.n),
    };
  };
}

function unwritten({ d, k }: Problem<MixtureShape, FitParams>["shape"]) {
  return {
    weights_out: new Float64Array(k).fill(Number.NaN),
    means_out: new Float64Array(k * d).fill(Number.NaN),
    covariances_out: new Float64Array(k * d * d).fill(Number.NaN),
    mean_log_likelihood: Float64Array.of(Number.NaN),
  };
}

export const mistakes: readonly FitMistake[] = [
  {
    name: "likelihood-summed",
    about: "mean_log_likelihood is the sum over the points",
    hint: "Divide the sum of the log-likelihoods by the number of points.",
    outputs: faulty({ isLikelihoodSummed: true }),
  },
  {
    name: "likelihood-before-last-m-step",
    about: "mean_log_likelihood belongs to the parameters before the last M-step",
    hint: "After the last round, factorise the new covariances and run one more E-step: use its log-likelihoods.",
    outputs: faulty({ isLikelihoodOld: true }),
  },
  {
    name: "one-round-too-few",
    about: "one round is missing",
    hint: "Run `iterations` rounds of E-step and M-step, and one more E-step for the log-likelihood.",
    outputs: faulty({ iterations: (iterations) => iterations - 1 }),
  },
  {
    name: "one-round-too-many",
    about: "there is one round too many",
    hint: "Stop after `iterations` rounds: the final E-step is for the log-likelihood, and no M-step follows it.",
    outputs: faulty({ iterations: (iterations) => iterations + 1 }),
  },
  {
    name: "every-round-from-the-start",
    about: "every round begins with the initial parameters",
    hint: "Read the inputs in the first round only: later rounds read the previous M-step's results.",
    outputs: faulty({ iterations: () => 1 }),
  },
  {
    name: "factors-not-renewed",
    about: "the factors of the initial covariances are used in every round",
    hint: "Factorise the covariances again before each E-step, including the last: every M-step changes them.",
    outputs: faulty({ areFactorsStale: true }),
  },
  {
    name: "old-means-in-covariances",
    about: "deviations are measured from the means of the previous round",
    hint: "Compute the new means first, and the covariances around them.",
    outputs: faulty({ areMeansOld: true }),
  },
  {
    name: "reg-covar-forgotten",
    about: "reg_covar is not added",
    hint: "Add reg_covar to the diagonals in every M-step: it keeps a flat cluster's covariance invertible.",
    outputs: faulty({ maximization: { regularisation: () => 0 } }),
  },
  {
    name: "covariance-divided-by-n",
    about: "the covariances are divided by the number of points",
    hint: "Divide by N[k], not n: a weighted sum is divided by the sum of its weights.",
    outputs: faulty({ maximization: { covarianceDivisor: (_, n) => n } }),
  },
  {
    name: "unbiased",
    about: "the covariances are divided by N[k] - 1",
    hint: "Divide by N[k]: this is the maximum-likelihood estimate. N - 1 is for the unbiased variance of a sample.",
    outputs: faulty({ maximization: { covarianceDivisor: (total) => Math.fround(total) - 1 } }),
  },
  {
    name: "variances-only",
    about: "the covariances of different dimensions are zero",
    hint: "Compute all d × d covariances of a component, not only the variances on the diagonal.",
    outputs: faulty({ maximization: { isDiagonalOnly: true } }),
  },
  {
    name: "weights-forgotten",
    about: "the E-step omits the weights of the components",
    hint: "Add log(weights[k]) to each component's log-density.",
    outputs: faulty({ expectation: { areWeightsForgotten: true } }),
  },
  {
    name: "no-log-determinant",
    about: "the logarithms of P's diagonal are missing from the log-densities",
    hint: "Add the sum over i of log(P[k,i,i]): without it, wide and narrow clusters count the same.",
    outputs: faulty({ expectation: { logDeterminantFactor: 0 } }),
  },
  {
    name: "log-determinant-subtracted",
    about: "the logarithms of P's diagonal are subtracted",
    hint: "Add the sum of log(P[k,i,i]): P is a factor of the inverse covariance. For L, it would be subtracted.",
    outputs: faulty({ expectation: { logDeterminantFactor: -1 } }),
  },
  {
    name: "no-two-pi",
    about: "the term -d/2 · log(2π) is missing",
    hint: "Subtract d/2 · log(2π): it cancels in the parameters, but not in mean_log_likelihood.",
    outputs: faulty({ expectation: { logTwoPiFactor: () => 0 } }),
  },
  {
    name: "factor-transposed",
    about: "L⁻¹ is used as P instead of its transpose",
    hint: "Transpose it: P = (L⁻¹)ᵀ is upper triangular, so that P·Pᵀ is the inverse of L·Lᵀ.",
    outputs: faulty({ expectation: { isFactorTransposed: true } }),
  },
];
