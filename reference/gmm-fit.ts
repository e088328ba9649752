import { fitMixture, LOG_TWO_PI, type Mixture, type MixtureShape } from "./gaussian-mixture.ts";
import { EXACT, MonteCarloArithmetic } from "./monte-carlo-arithmetic.ts";
import { type EvaluateUnit, type Oracle, type Problem, UnsolvableProblem } from "./oracle.ts";
import { Random } from "./random.ts";
import { ULP } from "./rounding.ts";

export type FitParams = "reg_covar" | "iterations";

/**
 * Number of runs in Monte Carlo arithmetic, besides the exact one, and the bound as a multiple of their largest
 * deviation.
 */
interface Sampling {
  readonly runs: number;
  readonly deviations: number;
}

/**
 * Of 16 normal deviates the largest is below half a standard deviation σ once in 10⁷, so the bound is at least 4σ.
 * Rounding at random up or down has twice the σ of rounding to nearest (⅓ against 1/12 ulp²), and the runs use the
 * least accurate method (sums in sequence, `x·P - μ·P`): for kernels on usual hardware, the bound is 8 σ or more.
 */
const USUAL: Sampling = { runs: 16, deviations: 8 };

/**
 * One run over many points takes longer than all runs over few. Of 8 normal deviates the largest is below a sixth of σ
 * once in 10⁷: the bound is at least 2σ, for kernels on usual hardware 4σ, and mostly a fifth wider than with 16 runs.
 */
const OF_MANY_POINTS: Sampling = { runs: 8, deviations: 12 };
const MANY_POINTS = 10_000;

/** Least bound, in ULP: the last operations of any kernel round even if all runs happen to agree. */
const FLOOR = 16 * ULP;

/**
 * `iterations` rounds of E- and M-step from given parameters, and the mean log-likelihood under the last ones. There is
 * one unit: everything depends on everything. No closed form follows rounding errors through the rounds, so the bound
 * comes from Monte Carlo arithmetic, always with the same random numbers: a problem has one bound.
 */
export const gmmFit: Oracle<MixtureShape, FitParams> = {
  // Rounding errors accumulate over the rounds of EM.
  goldenTolerance: 1e-9,
  units: () => 1,
  prepare({ shape, params, inputs }: Problem<MixtureShape, FitParams>): EvaluateUnit {
    const initial: Mixture = { weights: inputs.weights!, means: inputs.means!, covariances: inputs.covariances! };
    const options = { regCovar: params.reg_covar, iterations: params.iterations };
    return (_, into, slot) => {
      const exact = named(fitMixture(EXACT, shape, inputs.x!, initial, options));
      const floors = outputScales(exact, shape.d);
      for (const name of FIT_OUTPUTS) {
        const { length } = exact[name];
        into[name]!.expected.set(exact[name], slot * length);
        into[name]!.bound.fill(0, slot * length, (slot + 1) * length);
      }
      const { runs, deviations } = shape.n < MANY_POINTS ? USUAL : OF_MANY_POINTS;
      for (let run = 0; run < runs; run++) {
        const arithmetic = new MonteCarloArithmetic(new Random("gmm-fit bound", run));
        const perturbed = named(fitMixture(arithmetic, shape, inputs.x!, initial, options));
        for (const name of FIT_OUTPUTS) raiseBounds(into[name]!.bound, slot, perturbed[name], exact[name], deviations);
      }
      for (const name of FIT_OUTPUTS) {
        floors[name].forEach((scale, element) => {
          into[name]!.bound[slot * floors[name].length + element]! += FLOOR * scale;
        });
      }
    };
  },
};

/** Raises each bound to a multiple of the deviation of a perturbed run from the exact one. */
function raiseBounds(
  bound: Float64Array,
  slot: number,
  perturbed: Float64Array,
  exact: Float64Array,
  deviations: number,
): void {
  perturbed.forEach((value, element) => {
    const deviation = Math.abs(value - exact[element]!);
    if (!Number.isFinite(deviation)) throw new UnsolvableProblem("gmm-fit: this problem breaks down in f32 arithmetic");
    const at = slot * exact.length + element;
    bound[at] = Math.max(bound[at]!, deviations * deviation);
  });
}

const FIT_OUTPUTS = ["weights_out", "means_out", "covariances_out", "mean_log_likelihood"] as const;
type FitOutput = (typeof FIT_OUTPUTS)[number];
type FitOutputs = Record<FitOutput, Float64Array>;

function named({ weights, means, covariances, meanLogLikelihood }: ReturnType<typeof fitMixture>): FitOutputs {
  return {
    weights_out: Float64Array.from(weights),
    means_out: Float64Array.from(means),
    covariances_out: Float64Array.from(covariances),
    mean_log_likelihood: Float64Array.of(meanLogLikelihood),
  };
}

/** Magnitude of the last rounded numbers before each output: for a covariance, that of the variances. */
function outputScales(outputs: FitOutputs, d: number): FitOutputs {
  const { weights_out, means_out, covariances_out, mean_log_likelihood } = outputs;
  const variance = (component: number, i: number) => covariances_out[(component * d + i) * d + i]!;
  return {
    weights_out,
    means_out: means_out.map((mean, at) => Math.abs(mean) + Math.sqrt(variance(Math.floor(at / d), at % d))),
    covariances_out: covariances_out.map((_, at) => {
      const component = Math.floor(at / (d * d));
      return Math.sqrt(variance(component, Math.floor(at / d) % d) * variance(component, at % d));
    }),
    mean_log_likelihood: mean_log_likelihood.map((value) => Math.abs(value) + 0.5 * d * LOG_TWO_PI),
  };
}
