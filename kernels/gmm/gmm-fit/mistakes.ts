import type { Mistake } from "../../../harness/task/task.ts";
import { type Mixture, type MixtureShape, precisionCholesky } from "../../../reference/gaussian-mixture.ts";
import type { FitParams } from "../../../reference/gmm-fit.ts";
import { EXACT } from "../../../reference/monte-carlo-arithmetic.ts";
import type { Problem } from "../../../reference/oracle.ts";
import { type EStepFaults, logDensities, normalised } from "../gmm-e-step/mistakes.ts";
import { type MStepFaults, maximized } from "../gmm-m-step/mistakes.ts";

type FitMistake = Mistake<MixtureShape, FitParams>;

/** Where a fit can go wrong; the right one has none of these. */
interface FitFaults {
  readonly expectation?: EStepFaults;
  readonly maximization?: MStepFaults;
  /** With no round at all the outputs are never written, and hold what was there before: NaNs. */
  readonly iterations?: (iterations: number) => number;
  /** The factors of the first covariances are used in every round. */
  readonly areFactorsStale?: boolean;
  /** Deviations are measured from the means of the round before. */
  readonly areMeansOld?: boolean;
  /** The log-likelihood is what the last round's E-step gave, before its M-step. */
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
    hint: "After the last round, factorise the new covariances and run one more E-step: its log-likelihoods count.",
    outputs: faulty({ isLikelihoodOld: true }),
  },
  {
    name: "one-round-too-few",
    about: "one round is missing",
    hint: "There are `iterations` rounds of E-step and M-step, and one more E-step for the log-likelihood.",
    outputs: faulty({ iterations: (iterations) => iterations - 1 }),
  },
  {
    name: "one-round-too-many",
    about: "there is one round too many",
    hint: "After `iterations` rounds only the log-likelihood is left to find: no M-step follows that E-step.",
    outputs: faulty({ iterations: (iterations) => iterations + 1 }),
  },
  {
    name: "every-round-from-the-start",
    about: "every round begins with the parameters that were given",
    hint: "Only the first round reads the inputs: later ones read what the M-step before them wrote.",
    outputs: faulty({ iterations: () => 1 }),
  },
  {
    name: "factors-not-renewed",
    about: "the factors of the first covariances are used in every round",
    hint: "The covariances change in every M-step: factorise them again before each E-step, the last one included.",
    outputs: faulty({ areFactorsStale: true }),
  },
  {
    name: "old-means-in-covariances",
    about: "deviations are measured from the means of the round before",
    hint: "The M-step finds the new means first; the covariances are those around the new means.",
    outputs: faulty({ areMeansOld: true }),
  },
  {
    name: "reg-covar-forgotten",
    about: "reg_covar is not added",
    hint: "Every M-step adds reg_covar to the diagonals: it keeps a flat cluster's covariance invertible.",
    outputs: faulty({ maximization: { regularisation: () => 0 } }),
  },
  {
    name: "covariance-divided-by-n",
    about: "the covariances are divided by the number of points",
    hint: "A weighted sum is divided by the sum of its weights: N[k], not n.",
    outputs: faulty({ maximization: { covarianceDivisor: (_, n) => n } }),
  },
  {
    name: "unbiased",
    about: "the covariances are divided by N[k] - 1",
    hint: "This is the maximum-likelihood estimate: divide by N[k]. N - 1 is for the unbiased variance of a sample.",
    outputs: faulty({ maximization: { covarianceDivisor: (total) => Math.fround(total) - 1 } }),
  },
  {
    name: "variances-only",
    about: "the covariances of different dimensions are zero",
    hint: "All d × d covariances of a component are wanted, not only the variances on the diagonal.",
    outputs: faulty({ maximization: { isDiagonalOnly: true } }),
  },
  {
    name: "weights-forgotten",
    about: "the E-step leaves the weights of the components out",
    hint: "Add log(weights[k]) to each component's log-density.",
    outputs: faulty({ expectation: { areWeightsForgotten: true } }),
  },
  {
    name: "no-log-determinant",
    about: "the logarithms of P's diagonal are missing from the log-densities",
    hint: "Add the sum over i of log(P[k,i,i]): without it a wide cluster counts as much as a narrow one.",
    outputs: faulty({ expectation: { logDeterminantFactor: 0 } }),
  },
  {
    name: "log-determinant-subtracted",
    about: "the logarithms of P's diagonal are subtracted",
    hint: "P belongs to the inverse of the covariance: the sum of log(P[k,i,i]) is added. It would be subtracted for L.",
    outputs: faulty({ expectation: { logDeterminantFactor: -1 } }),
  },
  {
    name: "no-two-pi",
    about: "the term -d/2 · log(2π) is missing",
    hint: "It is the same for all components, so the parameters do not show it, but mean_log_likelihood needs it.",
    outputs: faulty({ expectation: { logTwoPiFactor: () => 0 } }),
  },
  {
    name: "factor-transposed",
    about: "L⁻¹ is taken for P, which is its transpose",
    hint: "P is upper triangular: P = (L⁻¹)ᵀ, so that P·Pᵀ is the inverse of L·Lᵀ.",
    outputs: faulty({ expectation: { isFactorTransposed: true } }),
  },
];
