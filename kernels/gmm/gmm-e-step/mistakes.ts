import type { Mistake } from "../../../harness/task/task.ts";
import { LOG_TWO_PI, type MixtureShape } from "../../../reference/gaussian-mixture.ts";
import type { Problem, Shape } from "../../../reference/oracle.ts";
import { MIN_NORMAL } from "../../../reference/rounding.ts";

type EStepMistake = Mistake<MixtureShape, never>;

/** What the E-step is computed from. */
export interface EStepOperands {
  readonly x: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
  readonly means: ArrayLike<number>;
  readonly precisionCholesky: ArrayLike<number>;
}

/** Where the E-step can go wrong; the right one has none of these. */
export interface EStepFaults {
  readonly isFactorTransposed?: boolean;
  /** Stands before `Σ log P_ii`. */
  readonly logDeterminantFactor?: number;
  /** Stands before `d·log 2π`, for the dimensions given. */
  readonly logTwoPiFactor?: (d: number) => number;
  /** Stands before `|y|²`. */
  readonly squareFactor?: number;
  readonly areWeightsForgotten?: boolean;
  /** Dimensions and components that take part. */
  readonly dimensions?: (d: number) => number;
  readonly components?: (k: number) => number;
}

/** `log w_k + log N_k`, as a kernel with these faults computes it, `[n, k]`. */
export function logDensities(
  { n, d, k }: Shape<MixtureShape>,
  { x, weights, means, precisionCholesky }: EStepOperands,
  faults: EStepFaults,
): Float64Array {
  const { isFactorTransposed = false, logDeterminantFactor = 1, squareFactor = -0.5 } = faults;
  const { logTwoPiFactor = (dimensions) => -0.5 * dimensions, areWeightsForgotten = false } = faults;
  const dimensions = faults.dimensions?.(d) ?? d;
  const densities = new Float64Array(n * k);
  for (let point = 0; point < n; point++) {
    for (let component = 0; component < k; component++) {
      let square = 0;
      let logDeterminant = 0;
      for (let column = 0; column < dimensions; column++) {
        let y = 0;
        for (let row = 0; row < dimensions; row++) {
          const [i, j] = isFactorTransposed ? [column, row] : [row, column];
          const factor = precisionCholesky[(component * d + i) * d + j]!;
          y += (x[point * d + row]! - means[component * d + row]!) * factor;
        }
        square += y * y;
        logDeterminant += Math.log(precisionCholesky[(component * d + column) * d + column]!);
      }
      densities[point * k + component] =
        (areWeightsForgotten ? 0 : Math.log(weights[component]!)) +
        logDeterminantFactor * logDeterminant +
        squareFactor * square +
        logTwoPiFactor(d) * LOG_TWO_PI;
    }
  }
  return densities;
}

/** Log-likelihoods and responsibilities of log-densities. */
export function normalised({ n, k }: Shape<MixtureShape>, densities: Float64Array, components = k) {
  const responsibilities = new Float64Array(n * k);
  const logLikelihood = new Float64Array(n);
  for (let point = 0; point < n; point++) {
    const own = densities.subarray(point * k, (point + 1) * k);
    const counted = own.subarray(0, components);
    const maximum = counted.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    logLikelihood[point] = maximum + Math.log(counted.reduce((sum, value) => sum + Math.exp(value - maximum), 0));
    own.forEach((value, c) => {
      responsibilities[point * k + c] = Math.exp(value - logLikelihood[point]!);
    });
  }
  return { responsibilities, logLikelihood };
}

function operandsOf({ inputs }: Problem<MixtureShape, never>): EStepOperands {
  const { x, weights, means, precision_cholesky } = inputs;
  return { x: x!, weights: weights!, means: means!, precisionCholesky: precision_cholesky! };
}

/** The outputs of a kernel whose only faults are in the densities. */
function faulty(faults: EStepFaults): EStepMistake["outputs"] {
  return (problem) => {
    const densities = logDensities(problem.shape, operandsOf(problem), faults);
    const components = faults.components?.(problem.shape.k);
    const { responsibilities, logLikelihood } = normalised(problem.shape, densities, components);
    return { responsibilities, log_likelihood: logLikelihood };
  };
}

/** The outputs of a kernel whose densities are right, and which goes wrong afterwards. */
function afterwards(
  compute: (
    shape: Shape<MixtureShape>,
    densities: Float64Array,
    right: ReturnType<typeof normalised>,
  ) => Partial<ReturnType<typeof normalised>>,
): EStepMistake["outputs"] {
  return (problem) => {
    const densities = logDensities(problem.shape, operandsOf(problem), {});
    const right = normalised(problem.shape, densities);
    const { responsibilities, logLikelihood } = { ...right, ...compute(problem.shape, densities, right) };
    return { responsibilities, log_likelihood: logLikelihood };
  };
}

/** e^x as an f32 holds it: it overflows to infinity above 88.7 and vanishes below -87.3, where denormals begin. */
function exp(x: number): number {
  const power = Math.fround(Math.exp(x));
  return power < MIN_NORMAL ? 0 : power;
}

/** Densities summed as they are, and the logarithm taken of the sum, which WGSL leaves open where that is zero. */
const withoutMaximum = afterwards(({ n, k }, densities) => {
  const responsibilities = densities.map(exp);
  const logLikelihood = new Float64Array(n);
  for (let point = 0; point < n; point++) {
    const own = responsibilities.subarray(point * k, (point + 1) * k);
    const sum = own.reduce((total, value) => Math.fround(total + value), 0);
    own.forEach((value, c) => {
      own[c] = value / sum;
    });
    logLikelihood[point] = Math.log(sum);
  }
  return { responsibilities, logLikelihood };
});

const DIMENSION_TILES = [4, 8, 16, 32];
const COMPONENT_TILES = [4, 8, 16, 32, 64, 256];

export const mistakes: readonly EStepMistake[] = [
  {
    name: "factor-transposed",
    about: "P is read with its rows and columns exchanged",
    hint: "y[j] is the sum over i of (x[i] - mean[i]) * P[i,j], and P[k,i,j] is at (k * D + i) * D + j: upper triangular, so i goes from 0 to j.",
    outputs: faulty({ isFactorTransposed: true }),
  },
  {
    name: "no-log-determinant",
    about: "the logarithms of P's diagonal are missing from the log-density",
    hint: "Add the sum over i of log(P[k,i,i]): without it a wide cluster counts as much as a narrow one.",
    outputs: faulty({ logDeterminantFactor: 0 }),
  },
  {
    name: "log-determinant-subtracted",
    about: "the logarithms of P's diagonal are subtracted",
    hint: "P belongs to the inverse of the covariance: the sum of log(P[k,i,i]) is added. It would be subtracted for a factor of the covariance itself.",
    outputs: faulty({ logDeterminantFactor: -1 }),
  },
  {
    name: "log-determinant-halved",
    about: "the sum of the logarithms of P's diagonal is halved",
    hint: "The product of P's diagonal already is the square root of the determinant: only the sum of squares and d · log(2π) are halved.",
    outputs: faulty({ logDeterminantFactor: 0.5 }),
  },
  {
    name: "no-two-pi",
    about: "the term -d/2 · log(2π) is missing",
    hint: "It is the same for all components, so the responsibilities do not show it, but log_likelihood needs it.",
    outputs: faulty({ logTwoPiFactor: () => 0 }),
  },
  {
    name: "two-pi-once",
    about: "log(2π) is not multiplied by the number of dimensions",
    hint: "The density has a factor 1/√(2π) for each dimension: subtract d/2 · log(2π).",
    outputs: faulty({ logTwoPiFactor: () => -0.5 }),
  },
  {
    name: "weights-forgotten",
    about: "the weights of the components are left out",
    hint: "Add log(weights[k]) to each component's log-density before the logsumexp.",
    outputs: faulty({ areWeightsForgotten: true }),
  },
  {
    name: "square-not-halved",
    about: "the sum of squares is not halved",
    hint: "The exponent of a normal density is -1/2 · |y|².",
    outputs: faulty({ squareFactor: -1 }),
  },
  {
    name: "not-normalised",
    about: "responsibilities are densities, not divided by their sum over the components",
    hint: "responsibilities[n,k] = exp(log(weights[k]) + log_density[n,k] - log_likelihood[n]): each row adds up to 1.",
    outputs: afterwards((_, densities) => ({ responsibilities: densities.map(exp) })),
  },
  {
    name: "normalised-over-points",
    about: "the responsibilities of each component add up to 1 over the points",
    hint: "Divide by the sum over the components of one point: each row of `responsibilities` adds up to 1, not each column.",
    outputs: afterwards(({ n, k }, densities) => {
      const transposed = Float64Array.from(densities, (_, at) => densities[(at % n) * k + Math.floor(at / n)]!);
      const { responsibilities } = normalised({ n: k, d: 1, k: n }, transposed);
      return {
        responsibilities: responsibilities.map((_, at) => responsibilities[(at % k) * n + Math.floor(at / k)]!),
      };
    }),
  },
  {
    name: "logarithms-left",
    about: "the logarithms of the responsibilities are written",
    hint: "The last step is exp: responsibilities[n,k] = exp(log(weights[k]) + log_density[n,k] - log_likelihood[n]).",
    outputs: afterwards(({ k }, densities, { logLikelihood }) => ({
      responsibilities: densities.map((value, at) => value - logLikelihood[Math.floor(at / k)]!),
    })),
  },
  {
    name: "no-max-subtraction",
    about: "the largest log-density is not subtracted before exp",
    hint: "Far from all clusters every exp(log-density) is zero in an f32, and 0/0 is left. Subtract the largest log-density of the point first, and add it to the logarithm of the sum.",
    outputs: withoutMaximum,
  },
  {
    name: "likelihood-without-maximum",
    about: "the largest log-density is subtracted before exp, and not added back to log_likelihood",
    hint: "log_likelihood[n] = maximum + log(sum over k of exp(logarithm - maximum)).",
    outputs: afterwards(({ k }, densities, { logLikelihood }) => ({
      logLikelihood: logLikelihood.map((value, point) => {
        const own = densities.subarray(point * k, (point + 1) * k);
        return value - own.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      }),
    })),
  },
  {
    name: "last-dimension-left-out",
    about: "the last dimension is left out",
    hint: "The loops over the dimensions end one too early: let them run while i < D.",
    outputs: faulty({ dimensions: (d) => d - 1 }),
  },
  {
    name: "last-component-left-out",
    about: "the last component is missing from the sum",
    hint: "The loop over the components ends one too early: let k run while k < K.",
    outputs: faulty({ components: (k) => k - 1 }),
  },
  ...DIMENSION_TILES.map((tile) => ({
    name: `ragged-dimensions-left-out-${tile}`,
    about: `dimensions past the last whole tile of ${tile} are left out`,
    hint: `The number of dimensions need not be a multiple of ${tile}: round the number of tiles up, and guard the last one.`,
    outputs: faulty({ dimensions: (d) => Math.floor(d / tile) * tile }),
  })),
  ...COMPONENT_TILES.map((tile) => ({
    name: `ragged-components-left-out-${tile}`,
    about: `components past the last whole tile of ${tile} are missing from the sum`,
    hint: `The number of components need not be a multiple of ${tile}: round the number of tiles up, and guard the last one.`,
    outputs: faulty({ components: (k) => Math.floor(k / tile) * tile }),
  })),
];
